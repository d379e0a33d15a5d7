import { Command, InvalidArgumentError } from 'commander';
import { explainPolicy, POLICY_TAG_KEY, type PolicyFacts } from '@cordon/incident';
import type { Context } from '../context.ts';
import { EXIT } from '../exit-codes.ts';
import { examples } from '../examples.ts';
import { loadConfig, loadPolicy } from './load-policy.ts';

/** Options of `cordon policy explain` as commander gives them. */
interface ExplainArguments {
  readonly config?: string;
  readonly type: string;
  readonly severity: number;
  readonly account: string;
  readonly unit?: readonly string[];
  readonly accountTag?: string;
  readonly instanceTag?: string;
  readonly unknown?: readonly ('units' | 'account-tags' | 'instance-tags')[];
  readonly json?: true;
}

const severityOf = (text: string): number => {
  const severity = Number(text);
  if (!/^\d{1,2}(\.\d+)?$/.test(text) || severity > 10)
    throw new InvalidArgumentError("wanted GuardDuty's number, 0 to 10");
  return severity;
};

const accountOf = (text: string): string => {
  if (!/^\d{12}$/.test(text)) throw new InvalidArgumentError('wanted 12 digits');
  return text;
};

const factNames = ['units', 'account-tags', 'instance-tags'] as const;
const unknownOf = (text: string, before: readonly string[] = []): readonly string[] => {
  if (!factNames.some((name) => name === text))
    throw new InvalidArgumentError(`wanted one of ${factNames.join(', ')}`);
  return [...before, text];
};

const factsOf = (given: ExplainArguments): PolicyFacts => {
  const tags = (value: string | undefined) => (value === undefined ? {} : { [POLICY_TAG_KEY]: value });
  const known = <Value>(name: (typeof factNames)[number], value: Value): Value | undefined =>
    given.unknown?.includes(name) === true ? undefined : value;
  return {
    findingType: given.type,
    severity: given.severity,
    account: given.account,
    units: known('units', given.unit ?? []),
    accountTags: known('account-tags', tags(given.accountTag)),
    instanceTags: known('instance-tags', tags(given.instanceTag)),
  };
};

const CODES = 'Exit codes: 0 valid, 2 bad input (a policy that is not valid among them), 70 a bug of ours.';

const explainCommand = ({ output, end }: Context): Command =>
  new Command('explain')
    .description('say what a policy does in a case, by which rules and why')
    .argument('[file]', 'a policy as JSON, - for standard input; that of cordon.config.ts when absent')
    .requiredOption('--type <type>', 'finding type, as GuardDuty spells it')
    .requiredOption('--severity <number>', 'severity of the finding', severityOf)
    .requiredOption('--account <id>', "the instance's account", accountOf)
    .option('--unit <id...>', 'the root and all units above the account')
    .option('--account-tag <value>', `value of ${POLICY_TAG_KEY} on the account`)
    .option('--instance-tag <value>', `value of ${POLICY_TAG_KEY} on the instance`)
    .option(
      '--unknown <fact>',
      'units, account-tags or instance-tags: as though AWS did not tell it',
      unknownOf,
    )
    .option('--config <file>', 'a module that exports `config`, in place of cordon.config.ts')
    .option('--json', 'print one JSON document')
    .addHelpText(
      'after',
      examples(
        [
          [
            'cordon policy explain --type Trojan:EC2/DropPoint --severity 8 --account 602011160021',
            'your own policy',
          ],
          [
            'cordon policy explain new.json --type Trojan:EC2/DropPoint --severity 8 --account 602011160021 --unit r-root ou-ab12-prod0001',
            'another one',
          ],
          [
            'cordon policy explain --type Trojan:EC2/DropPoint --severity 8 --account 602011160021 --unknown units',
            'while Organizations does not answer',
          ],
        ],
        [CODES],
      ),
    )
    .action(async (file: string | undefined, given: ExplainArguments) => {
      const config = await loadConfig(given.config);
      const { policy, from } = await loadPolicy(file, config);
      const facts = factsOf(given);
      const told = explainPolicy(policy, facts, config.evidence);
      output.out(
        given.json === true
          ? `${JSON.stringify({ schemaVersion: 1, policy: from, facts, ...told }, null, 2)}\n`
          : `${told.sentences.join('\n')}\n`,
      );
      end(EXIT.ok);
    });

const checkCommand = ({ output, end }: Context): Command =>
  new Command('check')
    .description('say whether a policy is valid, and what it sets')
    .argument('[file]', 'a policy as JSON, - for standard input; that of cordon.config.ts when absent')
    .option('--config <file>', 'a module that exports `config`, in place of cordon.config.ts')
    .option('--json', 'print one JSON document: the policy with its defaults, in its second form')
    .addHelpText(
      'after',
      examples(
        [
          ['cordon policy check', 'your own policy'],
          ['cordon policy check new.json --json', 'with all its defaults'],
        ],
        [CODES],
      ),
    )
    .action(async (file: string | undefined, given: { readonly config?: string; readonly json?: true }) => {
      const { policy, from } = await loadPolicy(file, await loadConfig(given.config));
      const rules = policy.rules.map(({ name, because }) => `  ${name}: ${because}`);
      output.out(
        given.json === true
          ? `${JSON.stringify({ schemaVersion: 1, valid: true, from, policy }, null, 2)}\n`
          : [
              `the policy of ${from} is valid: ${policy.rules.length} rule(s), limits ${policy.limits === 'off' ? 'off' : `of ${policy.limits.windowMinutes} minutes`}`,
              ...rules,
              '',
            ].join('\n'),
      );
      end(EXIT.ok);
    });

/** `cordon policy ...` */
export const policyCommand = (context: Context): Command =>
  new Command('policy')
    .description('look at what the policy does before it is deployed; with no AWS access')
    .addCommand(explainCommand(context))
    .addCommand(checkCommand(context));
