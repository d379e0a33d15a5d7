import { Command } from 'commander';
import type { Context } from '../context.ts';
import { examples } from '../examples.ts';
import { askDeskAndPrint, type Reaching } from './ask-desk.ts';

const EXIT_CODES =
  'Exit codes: 0 done, or kept for a second person; 2 bad input; 3 refused, with the reason; 70 a bug of ours.\n' +
  "Signed with your own AWS credentials (the SDK's default chain), which must be of a session; obeys AWS_ENDPOINT_URL.";

/** A command that asks the evidence desk about an incident, with a reason. */
const deskCommand = (
  name: string,
  description: string,
  lines: readonly (readonly [string, string])[],
): Command =>
  new Command(name)
    .description(description)
    .argument('<incident>', 'the incident')
    .requiredOption('--reason <text>', 'one line for the ledger')
    .option(
      '--url <url>',
      'the URL of the function cordon-evidence-desk; looked up with Lambda when it is not given',
    )
    .option('--json', 'print one JSON document')
    .addHelpText('after', examples(lines, [EXIT_CODES]));

type Given = Reaching & { readonly reason: string };

const openCommand = ({ output, end }: Context): Command =>
  deskCommand(
    'open',
    "a session that reads one incident's evidence for an hour, after the ledger says who and why",
    [
      [
        'eval "$(cordon evidence open inc-0123456789abcdef0123 --reason "timeline for the report")"',
        'the credentials of the session, for this shell',
      ],
      ['cordon evidence open inc-0123456789abcdef0123 --reason "..." --json', 'the same as a document'],
    ],
  ).action(async (incident: string, { reason, ...reaching }: Given) =>
    end(await askDeskAndPrint({ action: 'open', incident, reason }, reaching, output)),
  );

const holdCommand = ({ output, end }: Context): Command =>
  deskCommand('hold', "put an incident's objects under legal hold, which no end of retention lifts", [
    [
      'cordon evidence hold inc-0123456789abcdef0123 --reason "preservation order 12/26"',
      'at once, by one person',
    ],
  ]).action(async (incident: string, { reason, ...reaching }: Given) =>
    end(await askDeskAndPrint({ action: 'hold', incident, reason }, reaching, output)),
  );

const releaseHoldCommand = ({ output, end }: Context): Command =>
  deskCommand('release-hold', 'lift a legal hold: one person asks, another approves within a day', [
    [
      'cordon evidence release-hold inc-0123456789abcdef0123 --reason "case closed"',
      'asks, and prints what to approve',
    ],
    [
      'cordon evidence release-hold inc-0123456789abcdef0123 --reason "seen" --asked DIGEST',
      'the second person',
    ],
  ])
    .option('--asked <digest>', 'of the entry by which another person asked: approves it')
    .action(async (incident: string, { reason, asked, ...reaching }: Given & { readonly asked?: string }) =>
      end(
        await askDeskAndPrint(
          { action: 'release-hold', incident, reason, ...(asked === undefined ? {} : { asked }) },
          reaching,
          output,
        ),
      ),
    );

const disposeCommand = ({ output, end }: Context): Command =>
  deskCommand(
    'dispose',
    'destroy evidence that nothing keeps any more: one person asks, another approves within a day',
    [
      [
        'cordon evidence dispose inc-0123456789abcdef0123 --reason "retention over, no hold"',
        'asks, and prints what to approve',
      ],
      [
        'cordon evidence dispose inc-0123456789abcdef0123 --reason "seen" --asked DIGEST',
        'the second person: it begins at once, and the same again goes on where it broke off',
      ],
    ],
  )
    .option('--asked <digest>', 'of the entry by which another person asked: approves it, and destroys')
    .action(async (incident: string, { reason, asked, ...reaching }: Given & { readonly asked?: string }) =>
      end(
        await askDeskAndPrint(
          { action: 'dispose', incident, reason, ...(asked === undefined ? {} : { asked }) },
          reaching,
          output,
        ),
      ),
    );

/** The commands of `cordon evidence` by which people come to evidence that is kept. */
export const deskCommands = (context: Context): readonly Command[] => [
  openCommand(context),
  holdCommand(context),
  releaseHoldCommand(context),
  disposeCommand(context),
];
