// gaius-cli as a program.
import { main } from "../cli.js";

// A reader that has seen enough, such as `head`, ends the program.
process.stdout.on("error", () => process.exit(0));

const code = await main(process.argv.slice(2));
// Once all is written; a connection may still be open.
process.stdout.write("", () => process.exit(code));
