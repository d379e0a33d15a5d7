import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { ACKNOWLEDGED } from './acknowledged.ts';
import { judgeFindings } from './judge-findings.ts';
import { readFindings, templatesIn } from './read-findings.ts';

const say = (line: string): void => void process.stdout.write(`${line}\n`);

/**
 * Holds every synthesized template against the rule packs AwsSolutions and NIST 800-53 of cdk-nag. Exits 1 for a finding without a reason, and
 * for a reason without a finding.
 *
 * Usage: `node test/witness/main.ts FOLDER`, where each folder in FOLDER is a cloud assembly.
 */
const [folder] = process.argv.slice(2);
if (folder === undefined) {
  say('Name the folder that holds the cloud assemblies: node test/witness/main.ts FOLDER');
  process.exit(2);
}
const templates = templatesIn(
  readdirSync(folder)
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isDirectory()),
);
if (templates.length === 0) {
  say(`No template is in the folders of ${folder}: synthesize them first (CDK_OUTDIR, see .ci/run)`);
  process.exit(2);
}
const { open, stale, counts } = judgeFindings(readFindings(templates), ACKNOWLEDGED);
for (const [rule, count] of counts) say(`  ${count} x ${rule}`);
for (const { rule, where, description } of open)
  say(
    `OPEN ${rule} at ${where}: ${description}\n  change it, or give the reason in test/witness/acknowledged.ts`,
  );
for (const { rule, where } of stale)
  say(
    `STALE ${rule}${where === undefined ? '' : ` at ${where}`}: nothing is found any more; take the reason out`,
  );
say(
  `${templates.length} templates, ${open.length} finding(s) without a reason, ${stale.length} reason(s) without a finding`,
);
process.exitCode = open.length + stale.length === 0 ? 0 : 1;
