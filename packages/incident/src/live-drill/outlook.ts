import type { CordonConfig } from '../config.ts';
import { whoNeedsCoverage } from '../coverage/who-needs-coverage.ts';
import { parseFinding } from '../finding/parse-finding.ts';
import { explainPolicy } from '../policy/explain-policy.ts';
import { triage, type AccountPlace } from '../triage/triage.ts';
import { DECOY } from './decoy.ts';

/** Where a decoy stands, or is to stand. */
export interface DrillPlace {
  readonly account: string;
  readonly region: string;
}

/** What a response to the decoy's finding would be, before there is one. */
export type Outlook =
  | { readonly status: 'refused'; readonly code: string; readonly because: string; readonly hint: string }
  | {
      readonly status: 'would-respond';
      /** At once, or after a person's yes or when nobody answers in time. */
      readonly mode: 'contain' | 'ask';
      /** What the policy does about it, in plain sentences. */
      readonly sentences: readonly string[];
    };

/** The finding as GuardDuty would make it of a decoy, as far as triage and policy read it. Its ids are nobody's. */
const expectedFinding = ({ account, region }: DrillPlace) => {
  const parsed = parseFinding({
    schemaVersion: '2.0',
    accountId: account,
    region,
    partition: 'aws',
    id: '0'.repeat(32),
    type: DECOY.findingType,
    severity: DECOY.severity,
    title: 'a live drill',
    description: 'a live drill',
    resource: { resourceType: 'Instance', instanceDetails: { instanceId: 'i-00000000', tags: [] } },
    service: { serviceName: 'guardduty', archived: false, count: 1, resourceRole: 'TARGET' },
  });
  if (parsed.status !== 'parsed')
    throw new Error(`the decoy's finding cannot be read: ${parsed.because.message}`);
  return parsed.finding;
};

const refused = (code: string, because: string, hint: string): Outlook => ({
  status: 'refused',
  code,
  because,
  hint,
});

/**
 * Says whether a decoy there would be contained, by the code that decides it when the finding comes: a decoy that nobody contains is no drill. Pure.
 *
 * @param place where the account is in the organization; undefined where that could not be read, which the policy then decides without
 */
export const outlookOf = (config: CordonConfig, at: DrillPlace, place: AccountPlace | undefined): Outlook => {
  const [leftOut] = whoNeedsCoverage([{ id: at.account, name: '', path: '' }], config).leftOut;
  if (leftOut !== undefined)
    return refused(
      'never-contained',
      `a decoy in ${at.account} would not be contained: ${leftOut.because}`,
      'choose another member account, best one without workloads',
    );
  if (!config.regions.some((region) => region === at.region))
    return refused(
      'region-not-protected',
      `${at.region} is none of the Regions that are protected (${config.regions.join(', ')})`,
      'choose one of them, or add it to `regions` in cordon.config.ts and deploy',
    );
  const finding = expectedFinding(at);
  const { accounts, policy } = config;
  const verdict = triage(finding, policy, {
    evidenceAccount: accounts.evidence,
    forensicsAccount: accounts.forensics,
    securityAccount: accounts.security,
    ...(place === undefined ? {} : { places: new Map([[at.account, place]]) }),
  });
  const { settings, sentences } = explainPolicy(
    policy,
    {
      findingType: finding.type,
      severity: DECOY.severity,
      account: at.account,
      units: place?.units,
      accountTags: place?.tags,
      instanceTags: {},
    },
    config.evidence,
  );
  if (verdict.decision !== 'respond' || settings.mode === 'observe')
    return refused(
      'only-observed',
      [...verdict.reasons, ...sentences].join('; '),
      'let a rule of the policy contain there (docs/policy.md), deploy it, and begin again; cordon policy explain shows what it does',
    );
  return { status: 'would-respond', mode: settings.mode, sentences };
};
