import type { Denial, KeyRoute, Replayed, ReadPolicy } from '@cordon/drill';
import { STEP_MEANINGS } from './step-meanings.ts';

/** All that `cordon doctor policies` found; with `schemaVersion`, what it prints for machines. */
export interface PoliciesReport extends Replayed {
  /** Names of the policies that were given. */
  readonly policies: readonly string[];
  /** Which way disks under the given key take; absent when no key policy was given. */
  readonly route?: KeyRoute;
  /** What is doubtful in the given policies themselves. */
  readonly warnings: ReadPolicy['warnings'];
}

const ROUTES: Readonly<Record<KeyRoute, string>> = {
  direct: 'the key admits the custodian: disks are shared as they are, and copied once',
  transit: 'the key does not admit the custodian: disks are re-encrypted under the transit key first',
};

/** Makes text of documents fit for a terminal. */
type Printable = (text: string) => string;

/** The report for a person. What stands in the documents, and their names, is written through `printable`. */
export const policiesPage = (report: PoliciesReport, printable: Printable): string => {
  const { denials, place, policies, route, replayed, underGiven } = report;
  const byStep = Map.groupBy(denials, ({ step }) => step);
  const verdict =
    denials.length === 0
      ? 'nothing would be denied'
      : `WOULD BE DENIED: ${denials.length} ${denials.length === 1 ? 'thing' : 'things'} in ${byStep.size} ${byStep.size === 1 ? 'step' : 'steps'}`;
  const lines = [
    'CORDON DOCTOR  policies',
    `  ${verdict}`,
    `  policies   ${policies.map(printable).join(', ')}`,
    `  response   to a finding in account ${place.account}, ${place.region}`,
    `  replayed   ${replayed} requests; the policies bear on ${underGiven} of them`,
    ...(route === undefined ? [] : [`  key        ${ROUTES[route]}`]),
    ...[...byStep].flatMap(([step, denied]) => [
      '',
      `${step}: ${STEP_MEANINGS[step]}`,
      ...denied.map((denial) => denialLine(denial, printable)),
    ]),
    ...hintLines(denials),
    ...notJudgedLines(report, printable),
    ...warningLines(report, printable),
  ];
  return `${lines.join('\n')}\n`;
};

const roleName = (who: string): string => who.slice(who.lastIndexOf('/') + 1);

const denialLine = (denial: Denial, printable: Printable): string => {
  const { action, resource, who, layer, policy, sid, assumed, requests } = denial;
  const by = printable(sid === undefined ? `no statement of ${policy} allows it` : `${policy}/${sid}`);
  const marks = [...(requests > 1 ? [`${requests} times`] : []), ...(assumed ? ['undocumented check'] : [])];
  const last = marks.length === 0 ? '' : ` (${marks.join(', ')})`;
  return `  ${action} on ${printable(resource)}, by ${roleName(who)}: ${layer}, ${by}${last}`;
};

const EXEMPTION = '"ArnNotLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/cordon/*"}';

const ADMISSION =
  "let the key's policy give kms:* to the account's root, or its use and kms:CreateGrant to role/cordon/cordon-acquire";

/** What to do, once for each kind of denial. */
const hintLines = (denials: readonly Denial[]): readonly string[] => {
  const isOfKey = ({ layer }: Denial): boolean => layer === 'resource' || layer === 'cross-account';
  const control = denials.filter((denial) => !isOfKey(denial));
  const hints = [
    ...(control.some(({ sid }) => sid !== undefined)
      ? [`exempt Cordon's roles in each statement named above: add to its Condition ${EXEMPTION}`]
      : []),
    ...(control.some(({ sid }) => sid === undefined)
      ? ["add the actions to an Allow statement, or give Cordon's roles an Allow of their own"]
      : []),
    ...(control.some(({ who }) => !who.startsWith('arn:'))
      ? ['except AWS services: add to its Condition "BoolIfExists": {"aws:PrincipalIsAWSService": "false"}']
      : []),
    ...(denials.some(isOfKey) ? [ADMISSION] : []),
  ];
  return hints.length === 0 ? [] : ['', ...hints.map((hint) => `hint  ${hint}`)];
};

/** Nothing here can stand for these. */
const NEVER_REPLAYED = [
  'the deployment itself: the rights of whoever deploys the stacks and the StackSet',
  'the release of an instance, which the recorded response does not come to',
];

const notJudgedLines = (
  { notExercised, unjudgedKeys }: PoliciesReport,
  printable: Printable,
): readonly string[] => [
  '',
  'not judged',
  ...notExercised.map((step) => `  step ${step}: the response that was replayed has no call of it`),
  ...NEVER_REPLAYED.map((what) => `  ${what}`),
  ...unjudgedKeys.map(
    ({ policy, sid, key, because }) =>
      `  ${printable(`${policy}/${sid}: key ${key}`)} cannot be judged here: ${because}`,
  ),
];

const warningLines = ({ warnings }: PoliciesReport, printable: Printable): readonly string[] =>
  warnings.length === 0
    ? []
    : [
        '',
        'doubtful in the policies themselves',
        ...warnings.map(({ policy, sid, message }) => `  ${printable(`${policy}/${sid}: ${message}`)}`),
      ];
