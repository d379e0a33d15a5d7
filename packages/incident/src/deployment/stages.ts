/** Which account a stack goes to; `deployment` is the one that StackSets are delegated to. */
export type StageAccount = 'management' | 'security' | 'evidence' | 'forensics' | 'deployment';

/** One stack in one account and Region. */
export interface Stage {
  /** `STACK@REGION` */
  readonly id: string;
  readonly stack: string;
  /** Folder of the CDK app, from the root of the repository. */
  readonly app: string;
  /** One of the product's own, or a member that a person has picked. */
  readonly account: { readonly name: StageAccount | 'member'; readonly id: string };
  readonly region: string;
  /** Stages that must stand before. */
  readonly after: readonly string[];
  /** What must be there beforehand, beside these stages. */
  readonly needs: readonly string[];
  /** What a removal does, and why. */
  readonly removal: { readonly does: 'remove' | 'keep'; readonly why: string };
}

/** What the stages follow from. */
export interface Deployed {
  readonly accounts: Readonly<Record<Exclude<StageAccount, 'deployment'>, string>>;
  readonly homeRegion: string;
  readonly regions: readonly string[];
  readonly rollout?: { readonly account?: string | undefined } | undefined;
}

interface Row {
  readonly stack: string;
  readonly app: string;
  readonly account: StageAccount;
  readonly each: boolean;
  readonly needs: readonly string[];
  readonly removal: Stage['removal'];
}

const BOOTSTRAP = "CDK's bootstrap of the account in this Region";
const EVIDENCE_STAYS =
  'vault, keys, recorder and the trail of reads are what evidence is kept and read by; what is locked cannot be deleted at all';

/** In the order of a first deployment; docs/deployment.md has the reasons. */
const ROWS: readonly Row[] = [
  {
    stack: 'CordonSecurityHome',
    app: 'apps/security-account',
    account: 'security',
    each: false,
    needs: [BOOTSTRAP, 'GuardDuty delegated to this account in every Region', 'the role break-glass'],
    removal: {
      does: 'remove',
      why: 'no finding is taken in any more; tables of incidents and log groups stay, as their template retains them',
    },
  },
  {
    stack: 'CordonEvidenceHome',
    app: 'apps/evidence-account',
    account: 'evidence',
    each: false,
    needs: [BOOTSTRAP, 'the role break-glass, which alone changes vault and keys later'],
    removal: { does: 'keep', why: EVIDENCE_STAYS },
  },
  {
    stack: 'CordonEvidenceRegion',
    app: 'apps/evidence-account',
    account: 'evidence',
    each: true,
    needs: [BOOTSTRAP],
    removal: { does: 'keep', why: 'without its keys no copy and no object in this Region can be read again' },
  },
  {
    stack: 'CordonForensicsHome',
    app: 'apps/forensics-account',
    account: 'forensics',
    each: false,
    needs: [BOOTSTRAP],
    removal: { does: 'remove', why: 'holds no original of evidence' },
  },
  {
    stack: 'CordonForensicsRegion',
    app: 'apps/forensics-account',
    account: 'forensics',
    each: true,
    needs: [BOOTSTRAP],
    removal: {
      does: 'remove',
      why: 'holds no original of evidence; recordings of sessions stay, as their template retains them',
    },
  },
  {
    stack: 'CordonRollout',
    app: 'stacksets/rollout',
    account: 'deployment',
    each: false,
    needs: [BOOTSTRAP, 'trusted access of StackSets, delegated to this account'],
    removal: {
      does: 'remove',
      why: 'takes the duty roles, the rules and the StackSets out of every member; a contained instance stays as it is',
    },
  },
  {
    stack: 'CordonSecurityRegion',
    app: 'apps/security-account',
    account: 'security',
    each: true,
    needs: [BOOTSTRAP],
    removal: { does: 'remove', why: 'no finding of this Region is forwarded any more' },
  },
  {
    stack: 'CordonGuardrails',
    app: 'stacksets/guardrails',
    account: 'management',
    each: false,
    needs: [
      'all features of the organization, and both policy types enabled',
      'the role break-glass in every account that a policy is attached to',
    ],
    removal: {
      does: 'remove',
      why: 'detached first: they refuse what follows to everybody but break-glass',
    },
  },
];

/** Home first: IAM resources are made there, and what the other Regions hold names them. */
const regionsOf = ({ homeRegion, regions }: Deployed, each: boolean): readonly string[] =>
  each ? [homeRegion, ...regions.filter((region) => region !== homeRegion)] : [homeRegion];

/** The account that StackSets are delegated to: one of its own, or the security account. */
export const deploymentAccount = ({ accounts, rollout }: Pick<Deployed, 'accounts' | 'rollout'>): string =>
  rollout?.account ?? accounts.security;

const accountOf = (config: Deployed, name: StageAccount): string =>
  name === 'deployment' ? deploymentAccount(config) : config.accounts[name];

/**
 * Every stage of a deployment in the order of the first one. Pure.
 *
 * @throws Error for a home Region in China, which has no service-managed StackSets
 */
export const deploymentStages = (config: Deployed): readonly Stage[] => {
  if (config.homeRegion.startsWith('cn-'))
    throw new Error(
      `homeRegion ${config.homeRegion}: there are no service-managed StackSets in the Regions of China; deploy by hand, the member template into each account`,
    );
  const stages: Stage[] = [];
  let before: readonly string[] = [];
  for (const { stack, app, account, each, needs, removal } of ROWS) {
    const row = regionsOf(config, each).map((region) => ({
      id: `${stack}@${region}`,
      stack,
      app,
      account: { name: account, id: accountOf(config, account) },
      region,
      needs,
      removal,
    }));
    // What a stack of one Region stands on is the row before, whole; within a row the home Region comes first.
    stages.push(
      ...row.map((stage, index) => ({ ...stage, after: index === 0 ? before : [row[0]?.id ?? ''] })),
    );
    before = row.map(({ id }) => id);
  }
  return stages;
};

/**
 * The same stages in the order of an upgrade: what is asked for stands before what asks, so that old functions meet new roles and never
 * new functions old ones. Guardrails stay last.
 */
export const upgradeOrder = (stages: readonly Stage[]): readonly Stage[] => {
  const asks = ({ account }: Stage): boolean => account.name === 'security';
  const guards = ({ account }: Stage): boolean => account.name === 'management';
  return [
    ...stages.filter((stage) => !asks(stage) && !guards(stage)),
    ...stages.filter(asks),
    ...stages.filter(guards),
  ];
};
