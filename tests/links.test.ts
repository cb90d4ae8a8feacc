// Every link in the documentation leads somewhere: the file exists, and so does the heading.
import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import GithubSlugger from "github-slugger";
import remarkGfm from "remark-gfm";
import remarkParse from "remark-parse";
import { unified } from "unified";
import { expect, it } from "vitest";
import { packageFolder } from "../core/installation.js";

interface Node {
  readonly type: string;
  readonly url?: string;
  readonly value?: string;
  readonly children?: readonly Node[];
}

const docs = (await readdir(join(packageFolder, "docs"), { recursive: true }))
  .filter((path) => path.endsWith(".md"))
  .map((path) => `docs/${path}`);
const pages = ["README.md", "CHANGELOG.md", "examples/gaius/README.md", ...docs];

it.each(pages)("in %s", async (page) => {
  const broken: string[] = [];
  for (const { url = "" } of nodes(await parsed(page), "link", "image", "definition")) {
    if (/^[a-z]+:/.test(url)) continue;
    const [path, anchor] = url.split("#") as [string, string?];
    const target = path === "" ? page : join(dirname(page), path);
    if (!existsSync(join(packageFolder, target))) broken.push(url);
    else if (anchor !== undefined && !(await anchors(target)).includes(anchor)) broken.push(url);
  }
  expect(broken).toEqual([]);
});

it("is reached from the README, page by page", async () => {
  const reached = new Set<string>();
  const follow = async (page: string): Promise<void> => {
    if (reached.has(page) || !page.endsWith(".md")) return;
    reached.add(page);
    for (const { url = "" } of nodes(await parsed(page), "link")) {
      const [path = ""] = url.split("#");
      if (path !== "" && !/^[a-z]+:/.test(url)) await follow(join(dirname(page), path));
    }
  };
  await follow("README.md");
  expect(docs.filter((page) => !reached.has(page))).toEqual([]);
});

async function parsed(page: string): Promise<Node> {
  const text = await readFile(join(packageFolder, page), "utf8");
  return unified().use(remarkParse).use(remarkGfm).parse(text) as Node;
}

/** The anchors that GitHub gives the headings of a page. */
async function anchors(page: string): Promise<string[]> {
  const slugger = new GithubSlugger();
  return nodes(await parsed(page), "heading").map((heading) => slugger.slug(textOf(heading)));
}

function nodes(node: Node, ...types: string[]): Node[] {
  const inside = (node.children ?? []).flatMap((child) => nodes(child, ...types));
  return types.includes(node.type) ? [node, ...inside] : inside;
}

function textOf(node: Node): string {
  return node.value ?? (node.children ?? []).map(textOf).join("");
}
