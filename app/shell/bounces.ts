/** rapport bounce …: what a mail that came back says, without taking it in. */
import { readFileSync } from "node:fs";

import type { Command } from "commander";

import { classify, type Verdict } from "../domain/deliveries/returned/classify";
import { readMail } from "../domain/deliveries/returned/read-mail.server";
import { fail, refusing, say } from "./shell";

export function addBounceCommands(cli: Command): void {
  const bounce = cli.command("bounce").description("mails that came back");
  bounce
    .command("classify")
    .argument("<files...>", "raw messages (.eml), or - for standard input")
    .option("--json", "one array with an object per file")
    .description("say what each is: hard, soft, complaint, other-feedback or ignore, and for whom; nothing is written down")
    .action((files: string[], { json }: { json?: boolean }) => refusing(async () => {
      const read: (Said & { file: string })[] = [];
      for (const file of files) read.push({ file, ...said(classify(await readMail(readOne(file)))) });
      if (json) return say(JSON.stringify(read, null, 1));
      for (const { file, effect, kind, recipients } of read) {
        say(`${file}: ${effect} (${kind})`);
        for (const one of recipients) say(`  ${one.address ?? "-"}\t${one.effect}\t${one.status || "-"}\t${one.replyCode || "-"}\t${one.reason}`);
      }
    }));
}

type Said = Pick<Verdict, "kind" | "effect" | "recipients"> & { status: string };

/** The status of the message is that of the recipient who decides its effect. */
function said({ kind, effect, recipients }: Verdict): Said {
  return { effect, kind, status: recipients.find((one) => one.effect === effect)?.status ?? "", recipients };
}

function readOne(file: string): Buffer {
  try {
    return readFileSync(file === "-" ? 0 : file);
  } catch (error) {
    return fail(`${file}: ${(error as Error).message}`);
  }
}
