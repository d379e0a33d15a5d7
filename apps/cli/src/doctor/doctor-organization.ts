import type { CordonConfig, DenialsOfNodes, DeployedPolicies } from '@cordon/drill';
import {
  countResults,
  examine,
  samePolicy,
  type AccountFact,
  type ControlFacts,
  type DoctorFacts,
  type DoctorLine,
  type GuardrailFact,
  type LineResult,
  type Reading,
} from '@cordon/incident/doctor';
import type { AttachedPolicy, ReadFacts, ReadOptions } from '@cordon/responder/doctor';

/** Loaded when the doctor is asked: the organization and its SDK clients take their time. */
type DrillPackage = typeof import('@cordon/drill');

/** Disks of three kinds, and a customer key: the response that control policies are held against. */
const SCENARIO = 'richest';

/** How an organization is looked at. */
export interface Examination {
  readonly config: CordonConfig;
  readonly connect: ReadOptions['connect'];
  /** Epoch ms. */
  readonly at: number;
  readonly phase?: DoctorFacts['phase'];
  readonly progress: (line: string) => void;
  /** The recorded response, where there is one already. */
  readonly record?: () => ReturnType<DrillPackage['recordChecks']>;
}

/** All that was found. */
export interface Examined {
  readonly phase: DoctorFacts['phase'];
  readonly lines: readonly DoctorLine[];
  readonly counts: Readonly<Record<LineResult, number>>;
}

/** Each account as what it is to us. */
const placed = (accounts: readonly AccountFact[], config: CordonConfig) => {
  const kinds = new Map<string, 'security' | 'evidence' | 'forensics'>([
    [config.accounts.security, 'security'],
    [config.accounts.evidence, 'evidence'],
    [config.accounts.forensics, 'forensics'],
  ]);
  return accounts
    .filter(({ id, state }) => id !== config.accounts.management && state === 'ACTIVE')
    .map(({ id, above }) => ({ id, above, kind: kinds.get(id) ?? ('member' as const) }));
};

/** What of the policies is as a guardrail of ours is deployed: the response that is recorded lives under it. */
const isOurs = (policy: AttachedPolicy, guardrails: DeployedPolicies['guardrails']): boolean =>
  guardrails.some(
    ({ kind, name, document }) =>
      kind === policy.kind && name === policy.name && samePolicy(document, parsed(policy.content)),
  );

/** JSON that AWS keeps is JSON. */
const parsed = (content: string): unknown => JSON.parse(content);

/** Each guardrail as it should be, beside what is there. */
const guardrailsOf = ({ policies }: ReadFacts, { guardrails }: DeployedPolicies): readonly GuardrailFact[] =>
  guardrails.map(({ kind, name, document, targets }) => {
    if (policies.status !== 'read') return { name, wanted: { document, targets }, reading: policies };
    const found = policies.value.find((one) => one.kind === kind && one.name === name);
    const value =
      found === undefined ? undefined : { document: parsed(found.content), targets: found.targets };
    return { name, wanted: { document, targets }, reading: { status: 'read', value } };
  });

/** What the organization's policies do to a response; a response is recorded where there is any but AWS's own and ours. */
const controlsOf = async (
  { policies: reading, facts }: ReadFacts,
  { config, progress, record }: Examination,
  { drills, deployed }: { readonly drills: DrillPackage; readonly deployed: DeployedPolicies },
): Promise<Reading<ControlFacts>> => {
  if (reading.status !== 'read') return reading;
  const { accounts } = facts.organization;
  if (accounts.status !== 'read') return accounts;
  const policies = reading.value.filter((policy) => !isOurs(policy, deployed.guardrails));
  const none: DenialsOfNodes = { denials: [], unjudged: [] };
  if (policies.every(({ isAws }) => isAws)) return { status: 'read', value: none };
  progress(`running the response in the local organization (scenario ${SCENARIO})`);
  const recorded =
    record ?? (() => drills.recordChecks({ config, scenario: SCENARIO, seed: '1', progress: () => {} }));
  const recording = await recorded();
  const value = drills.denialsOfNodes(recording, policies, {
    accounts: placed(accounts.value, config),
    regions: config.regions,
  });
  return { status: 'read', value };
};

/**
 * Looks at an organization through the SDK and gives what was found. Never rejects for what AWS refuses: that is a line.
 * Rejects with BadInput where the templates are not built.
 */
export const examineOrganization = async (examination: Examination): Promise<Examined> => {
  const { config, connect, at, phase, progress } = examination;
  const [drills, { readFacts }] = await Promise.all([
    import('@cordon/drill'),
    import('@cordon/responder/doctor'),
  ]);
  const wanted = drills.deployedPolicies(config);
  const read = await readFacts({
    config,
    connect,
    wanted,
    at,
    progress: (what) => progress(`read ${what}`),
    ...(phase === undefined ? {} : { phase }),
  });
  const controls = await controlsOf(read, examination, { drills, deployed: wanted });
  const facts = { ...read.facts, controls, guardrails: guardrailsOf(read, wanted) };
  const lines = examine(facts, config);
  return { phase: read.facts.phase, lines, counts: countResults(lines) };
};
