// Waiting for all, where one fails.
import { setTimeout as sleep } from "node:timers/promises";
import { expect, it } from "vitest";
import { allEnded } from "../core/all-ended.js";

it("throws what one of them throws once the others have ended", async () => {
  let hasEnded = false;
  const slow = sleep(20).then(() => {
    hasEnded = true;
  });
  await expect(allEnded([Promise.reject(new Error("first")), slow])).rejects.toThrow("first");
  expect(hasEnded).toBe(true);
});

it("comes to what they come to, in their order", async () => {
  expect(await allEnded([sleep(5, "one"), 2])).toEqual(["one", 2]);
});
