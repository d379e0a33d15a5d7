import { LEAVES, type Leave, type LeaveName } from '../plan/posture.ts';
import { decidePolicy, type JudgedRule } from './decide-policy.ts';
import type { Match, PolicyFacts } from './match-rule.ts';
import { namesTags, type Policy, type PolicyRule } from './policy.ts';
import { retentionSentence, type Keeping } from './retention.ts';
import type { AllSettings, Mode } from './settings.ts';

/** What a policy says of one case, for people and programs. */
export interface PolicyExplanation {
  readonly settings: AllSettings;
  readonly rules: readonly {
    readonly name: string;
    readonly match: Match;
    readonly because: string;
    readonly sets: PolicyRule['set'];
    readonly tagged: boolean;
  }[];
  /** Plain sentences, in reading order. */
  readonly sentences: readonly string[];
}

const MODE_WORDS: Readonly<Record<Mode, string>> = {
  observe: 'the finding is kept and told, and nothing is done',
  ask: 'disks are frozen at once; the instance is cut off after a person says yes, or when nobody answers in time',
  contain: 'the instance is cut off at once',
};

const LEAVE_WORDS: Readonly<Record<LeaveName, string>> = {
  memory: 'capturing its memory',
  stop: 'stopping the instance',
  crash: 'crashing it for a memory dump',
  detachVolumes: 'detaching its volumes',
  remoteAddresses: "denying the findings' remote addresses in its subnet's network ACL",
  dnsFirewall: "blocking the findings' domains in its VPC's DNS Firewall",
  subnetAcl: 'cutting its whole subnet by a network ACL',
  routeTable: 'taking the routes from its subnet',
  internetGateway: 'taking the internet gateway from its VPC',
  replacement: 'launching a replacement',
  metadataOff: 'turning its metadata service off',
  managementPath: 'keeping a path to SSM for a bounded time',
  blockHashes: 'hashing every written block of the evidence',
  image: 'making an image of it beside the snapshots, without a reboot,',
  liveResponse: 'asking the running host what it is doing',
  untracking: 'opening it for a minute so that tracked connections can be cut',
};

const GOES: Readonly<Record<Exclude<Leave, 'never'>, string>> = {
  ask: 'waits for a person',
  'if-open': 'is done without asking, but only where the cheaper steps could not be verified',
  automatic: 'is done without asking',
};

/**
 * Says what a policy does in a case, by which rules, and why the others did not apply.
 *
 * @param keeping what the deployment says of how long evidence is kept; that is not told when absent
 */
export const explainPolicy = (policy: Policy, facts: PolicyFacts, keeping?: Keeping): PolicyExplanation => {
  const decision = decidePolicy(policy, facts);
  const { settings } = decision;
  const costly = LEAVES.flatMap((name) => {
    const value = settings[name];
    return value === 'never' ? [] : [`${LEAVE_WORDS[name]} ${GOES[value]}`];
  });
  return {
    settings,
    rules: decision.rules.map(({ rule, match }) => ({
      name: rule.name,
      match,
      because: rule.because,
      sets: rule.set,
      tagged: namesTags(rule.when),
    })),
    sentences: [
      ...setBeforeRules(policy, facts),
      `mode ${settings.mode}: ${MODE_WORDS[settings.mode]}`,
      ...decision.because,
      ...costly,
      ...(settings.order === 'memory-first'
        ? ['the cut waits until memory was captured, or its time is over']
        : []),
      ...(costly.length === 0 ? ['nothing that costs more than the instance itself is done'] : []),
      ...(settings.copyWithinMinutes === undefined
        ? []
        : [`each copy of a disk is asked for within ${settings.copyWithinMinutes} minutes`]),
      ...(settings.residency === 'home'
        ? ['what the host held and said is taken to the home Region, whichever Region it is in']
        : []),
      ...(keeping === undefined ? [] : [retentionSentence(keeping, settings.retentionDays)]),
      ...decision.rules.flatMap(whyWithout(settings)),
    ],
  };
};

/** What triage holds against a finding before any rule is asked. */
const setBeforeRules = (policy: Policy, { account, findingType }: PolicyFacts): readonly string[] => {
  const names = (list: readonly string[], value: string): boolean => list.includes(value);
  return [
    ...(names(policy.neverContainAccounts, account)
      ? [`but account ${account} is never contained: the finding is paged, and no rule is asked`]
      : []),
    ...(names(policy.excludeAccounts, account)
      ? [`but account ${account} is excluded: the finding is only observed, and no rule is asked`]
      : []),
    ...(names(policy.excludeTypes, findingType)
      ? [`but findings of type ${findingType} are excluded: they are only observed, and no rule is asked`]
      : []),
  ];
};

const whyWithout =
  (settings: AllSettings) =>
  ({ rule, match }: JudgedRule): readonly string[] => {
    if (match !== 'yes' || rule.set.mode === undefined || rule.set.mode === settings.mode) return [];
    const weaker = `rule ${rule.name} would have the mode ${rule.set.mode}`;
    return namesTags(rule.when)
      ? [`${weaker}, but a rule on tags can only make the response stronger`]
      : [`${weaker}, but an earlier or a tagged rule decided it`];
  };
