import {
  addAutoScalingGroup,
  addSecurityGroup,
  createOrganization,
  ec2State,
  enableDetector,
  enableInspector,
  type Organization,
  type OrganizationOptions,
} from '@cordon/local-aws';
import { ISOLATION_GROUP_NAME, TAGS, type CordonConfig } from '@cordon/incident';
import type { NamedInstance, RawFinding } from '../raw/raw-finding.ts';
import type { RoleChain, Suspect } from '../run-record.ts';
import type { Scenario } from '../scenarios/scenario.ts';
import { furnishTwin } from './plain-swap-twin.ts';
import { furnishKeyCircumstances } from './key-cases.ts';
import { deployDecoy } from './decoy.ts';
import { furnishBalancers } from './furnish-balancers.ts';
import { furnishGuest, stageTools } from './furnish-guest.ts';
import { furnishForensicImage } from './furnish-forensic-image.ts';
import { furnishEndpoints } from './furnish-endpoints.ts';
import { furnishOddDisks } from './furnish-odd-disks.ts';
import { furnishWeaknesses } from './furnish-weaknesses.ts';
import { furnishSuspect } from './furnish-suspect.ts';
import { openTraffic } from './furnish-traffic.ts';
import { furnishRoleChain } from './role-chain.ts';
import { addPeople } from './people.ts';
import { productTemplates, withPolicy, type ProductTemplate } from './product-templates.ts';
import { joinUnit, ROLLED_OUT_UNIT, rollOut } from './roll-out.ts';
import { choicesOf } from './seed.ts';

/** Three in the morning: every drill begins then. */
const STARTS_AT = '2026-11-21T03:00:00.000Z';

/** What the builder needs to know. */
export interface WorldPlan {
  readonly seed: string;
  readonly config: CordonConfig;
  readonly scenario: Scenario;
  readonly findings: readonly RawFinding[];
  /** Members in place of the accounts that the findings name. */
  readonly members: readonly { readonly id: string; readonly name: string }[] | undefined;
  /** How functions run and what goes wrong; as built and nothing, when absent. */
  readonly conditions?: Conditions;
}

/** How functions run and what goes wrong: tests run thousands of seeded incidents in process, under faults. */
export type Conditions = Partial<Pick<OrganizationOptions, 'runtime' | 'faults' | 'authorize'>> & {
  /** Templates in place of the built ones, by stack name: of another configuration than the built one. */
  readonly templates?: Readonly<Record<string, unknown>>;
};

/** Accounts that the findings name, but for the product's own. */
const accountsNamed = (plan: WorldPlan): readonly string[] => {
  const own = new Set<string>(Object.values(plan.config.accounts));
  const named = plan.findings.flatMap((finding) => [
    finding.account,
    ...finding.instances.map((instance) => instance.account),
  ]);
  return [
    ...new Set(
      named.flatMap((account) =>
        account !== undefined && /^\d{12}$/.test(account) && !own.has(account) ? [account] : [],
      ),
    ),
  ];
};

/**
 * The root and the units that the guardrails are attached to, as the configuration names them: all members are in the last
 * of the units, which lie one in the other, so that each of the guardrails binds them.
 */
const treeOf = ({
  organizationId,
  guardrails: { targets },
}: CordonConfig): { readonly rootId: string; readonly unitPath: string } => {
  const rootId = targets.find((target) => target.startsWith('r-')) ?? 'r-root';
  const units = targets.filter((target) => target.startsWith('ou-'));
  return { rootId, unitPath: [organizationId, rootId, ...units, ''].join('/') };
};

const membersOf = (plan: WorldPlan): readonly { readonly id: string; readonly name: string }[] => {
  if (plan.members !== undefined) return plan.members;
  const fillers = Array.from({ length: plan.scenario.fillers }, (_, index) => ({
    id: String(602011170000 + index),
    name: `member-${index + 1}`,
  }));
  return [...accountsNamed(plan).map((id) => ({ id, name: `workload-${id}` })), ...fillers];
};

/** Where members are before the first event: who joins late lies above the unit that is rolled out to until then. */
const placesOf = (plan: WorldPlan, unitPath: string) => {
  const named = accountsNamed(plan);
  const joins = plan.scenario.joinsLate === true;
  const late = joins ? membersOf(plan).flatMap(({ id }) => (named.includes(id) ? [id] : [])) : [];
  return {
    late,
    pathOf: (id: string): string =>
      joins && !late.includes(id) ? `${unitPath}${ROLLED_OUT_UNIT}/` : unitPath,
  };
};

/** Every Region that the product or a finding needs. */
const regionsOf = (plan: WorldPlan): readonly string[] => {
  const named = plan.findings.flatMap((finding) => [
    finding.region,
    ...finding.instances.map((instance) => instance.region),
  ]);
  const good = named.flatMap((region) =>
    region !== undefined && /^[a-z]{2}(-[a-z]+)+-\d$/.test(region) ? [region] : [],
  );
  return [...new Set([...plan.config.regions, ...good])];
};

/** A built world: the organization with the product deployed into it, and the instances that the findings are about. */
export interface BuiltWorld {
  readonly organization: Organization;
  readonly suspects: readonly Suspect[];
  readonly plainSwapTwin?: Suspect;
  readonly roleChain?: RoleChain;
}

/** Builds the organization, deploys the synthesized templates, furnishes what the findings name, and enables GuardDuty. */
export const buildOrganization = async (plan: WorldPlan): Promise<BuiltWorld> => {
  const { config, seed } = plan;
  const members = membersOf(plan);
  const regions = regionsOf(plan);
  const { templates = {}, ...conditions } = plan.conditions ?? {};
  const own = Object.entries(config.accounts).map(([name, id]) => ({ id, name }));
  const { rootId, unitPath } = treeOf(config);
  const { late, pathOf } = placesOf(plan, unitPath);
  const organization = await createOrganization({
    seed,
    startAt: STARTS_AT,
    organizationId: config.organizationId,
    managementAccount: config.accounts.management,
    rootId,
    accounts: [...own, ...members.map((member) => ({ ...member, path: pathOf(member.id) }))],
    regions: [...regions],
    delegatedAdministrators: [config.accounts.security],
    runtime: 'workers',
    ...(plan.scenario.trails === true ? { trails: true } : {}),
    ...conditions,
  });
  // Only Regions where something can happen get stacks: the others would be the same once more.
  const used = new Set([
    config.homeRegion,
    ...plan.findings.flatMap((finding) => [
      finding.region ?? config.homeRegion,
      ...finding.instances.map(({ region }) => region),
    ]),
  ]);
  const inUse = regions.filter((region) => used.has(region));
  furnishForensicImage(organization, config, {
    regions: inUse,
    image: plan.scenario.forensicImage ?? 'with-scripts',
  });
  await deployProduct(
    organization,
    { config, templates, scenario: plan.scenario },
    { members: members.map(({ id }) => id), regions: inUse },
  );
  if (late.length > 0)
    await joinUnit(organization, config, { accounts: late, from: unitPath.split('/').at(-2) ?? rootId });
  if (plan.scenario.guest !== undefined) stageTools(organization, config, inUse);
  addPeople(organization, config);
  const suspects = furnish(
    organization,
    plan,
    new Set([...members.map(({ id }) => id), ...Object.values(config.accounts)]),
  );
  watch(organization, plan, { members: members.map(({ id }) => id), regions: inUse });
  if (plan.scenario.decoy === true)
    return { organization, suspects: [deployDecoy(organization, decoyPlace(plan))] };
  if (plan.scenario.weaknesses === true)
    for (const suspect of suspects) furnishWeaknesses(organization, suspect, config.accounts.security);
  const twin =
    plan.scenario.plainSwapTwin === true
      ? furnishTwin(organization, suspects, members.at(-1)?.id)
      : undefined;
  const chain =
    plan.scenario.roleChain === undefined
      ? undefined
      : furnishRoleChain(organization, suspects, {
          account: members.at(-1)?.id,
          names: plan.scenario.roleChain,
        });
  return {
    organization,
    suspects,
    ...(twin === undefined ? {} : { plainSwapTwin: twin }),
    ...(chain === undefined ? {} : { roleChain: chain }),
  };
};

/** The first of the members, in the home Region, which is in use whatever the findings name. */
const decoyPlace = (plan: WorldPlan): { readonly account: string; readonly region: string } => {
  const [member] = membersOf(plan);
  if (member === undefined) throw new Error(`scenario ${plan.scenario.name} has no member for its decoy`);
  return { account: member.id, region: plan.config.homeRegion };
};

/** Member accounts, and the Regions that are in use. */
interface Where {
  readonly members: readonly string[];
  readonly regions: readonly string[];
}

const deployProduct = async (
  organization: Organization,
  {
    config,
    templates,
    scenario: { policy, joinsLate },
  }: Pick<WorldPlan, 'config' | 'scenario'> & Required<Pick<Conditions, 'templates'>>,
  where: Where,
): Promise<void> => {
  const built = productTemplates();
  const strange = Object.keys(templates).filter((name) => !built.some(({ stackName }) => stackName === name));
  if (strange.length > 0)
    throw new Error(
      `conditions bring templates of ${strange.join(', ')}, wanted any of ${built.map(({ stackName }) => stackName).join(', ')}`,
    );
  const put = ({ stackName, account, placement, template, assetDirectory }: ProductTemplate): void => {
    const accounts = account === 'member' ? where.members : [config.accounts[account]];
    // Home first: IAM resources live there, and what the other Regions hold names them.
    const regions =
      placement === 'home'
        ? [config.homeRegion]
        : [config.homeRegion, ...where.regions.filter((region) => region !== config.homeRegion)];
    for (const id of accounts) {
      for (const region of regions)
        organization.deploy(withPolicy(templates[stackName] ?? template, policy), {
          account: id,
          region,
          stackName,
          assetDirectory,
        });
    }
  };
  if (joinsLate !== true) {
    for (const one of built) put(one);
    return;
  }
  const others = built.filter(({ account }) => account !== 'member');
  for (const one of others.filter(({ account }) => account !== 'management')) put(one);
  await rollOut(organization, config);
  // Guardrails last, as in a deployment.
  for (const one of others.filter(({ account }) => account === 'management')) put(one);
};

const furnish = (
  organization: Organization,
  plan: WorldPlan,
  known: ReadonlySet<string>,
): readonly Suspect[] => {
  const { scenario, config } = plan;
  const suspects = distinctInstances(plan.findings)
    .filter(({ account }) => known.has(account))
    .map((named) =>
      furnishSuspect(organization, named, choicesOf(`${plan.seed}/${named.instanceId}`), {
        hidden: scenario.hidden,
        keyAdmits: scenario.keyAdmits ? `arn:aws:iam::${config.accounts.evidence}:root` : undefined,
        state: scenario.instance,
        preparedForCrash: scenario.preparedForCrash === true,
        managed: scenario.guest !== undefined,
        alone: scenario.alone,
        remotes: remotesOf(plan.findings, named),
        asks: asksOf(plan.findings, named),
        moreVolumes: scenario.moreVolumes ?? 0,
        keyCast:
          scenario.keyMatrix === true
            ? { evidence: config.accounts.evidence, keyAccount: membersOf(plan).at(-1)?.id ?? '' }
            : undefined,
      }),
    );
  if (scenario.keyMatrix === true) furnishKeyCircumstances(organization, suspects);
  const told =
    scenario.oddDisks === true ? suspects.map((one) => furnishOddDisks(organization, one)) : suspects;
  autoScalingGroups(organization, suspects);
  for (const suspect of suspects) openTraffic(organization, suspect);
  if (scenario.managementEndpoints === true)
    for (const suspect of suspects) furnishEndpoints(organization, suspect);
  if (scenario.guest !== undefined)
    for (const suspect of suspects) furnishGuest(organization, suspect, scenario.guest);
  if (scenario.isolationGroupsExist) for (const suspect of suspects) isolationGroups(organization, suspect);
  if (scenario.behindBalancers !== true) return told;
  return told.map((suspect) => {
    const balancers = furnishBalancers(organization, suspect);
    return balancers === undefined ? suspect : { ...suspect, balancers };
  });
};

/** The far ends that findings about an instance tell of, each once. */
const remotesOf = (
  findings: readonly RawFinding[],
  { instanceId }: NamedInstance,
): readonly RawFinding['remotes'][number][] => {
  const told = findings
    .filter(({ instances }) => instances.some((one) => one.instanceId === instanceId))
    .flatMap(({ remotes }) => remotes);
  return [...new Map(told.map((remote) => [`${remote.address}/${remote.port}`, remote])).values()];
};

/** The names that findings about an instance tell of, each once. */
const asksOf = (findings: readonly RawFinding[], { instanceId }: NamedInstance): readonly string[] => [
  ...new Set(
    findings
      .filter(({ instances }) => instances.some((one) => one.instanceId === instanceId))
      .flatMap(({ asks }) => asks),
  ),
];

/** Each instance once, with all that the findings say of it: one may describe it and another name its role. */
const distinctInstances = (findings: readonly RawFinding[]): readonly NamedInstance[] => {
  const byId = Map.groupBy(
    findings.flatMap(({ instances }) => instances),
    ({ instanceId }) => instanceId,
  );
  return [...byId.values()].flatMap((told) => {
    const [first] = told;
    if (first === undefined) return [];
    const details = told.find((one) => one.details !== undefined)?.details;
    const roleName = told.find((one) => one.roleName !== undefined)?.roleName;
    return [{ ...first, details, roleName }];
  });
};

/** The suspects' groups, once all instances are there: findings may name several members of one group. */
const autoScalingGroups = (organization: Organization, suspects: readonly Suspect[]): void => {
  const { world, timeline, ids, host } = organization;
  const groups = Map.groupBy(
    suspects.filter(({ autoScalingGroup }) => autoScalingGroup !== undefined),
    ({ account, region, autoScalingGroup }) => `${account}/${region}/${autoScalingGroup}`,
  );
  for (const members of groups.values()) {
    const [first] = members;
    if (first?.autoScalingGroup === undefined) continue;
    const { account, region, autoScalingGroup: name } = first;
    const memberIds = members.flatMap(({ instanceId, siblings }) => [instanceId, ...siblings]);
    addAutoScalingGroup({ name, memberIds }, { world, timeline, ids, host, account, region });
  }
};

/** Groups as an earlier incident would have left them. */
const isolationGroups = (organization: Organization, suspect: Suspect): void => {
  const state = organization.world.of(ec2State, suspect.account, suspect.region);
  for (const vpcId of new Set(
    suspect.networkInterfaceIds.flatMap((id) => state.networkInterfaces.get(id)?.vpcId ?? []),
  )) {
    addSecurityGroup(
      state,
      {
        name: ISOLATION_GROUP_NAME,
        description: 'isolation',
        vpcId,
        ownerId: suspect.account,
        tags: { [TAGS.isolation]: 'true' },
        permissions: [],
      },
      organization.ids,
    );
  }
};

/** Enables GuardDuty and Amazon Inspector for all members, with the security account as administrator. */
const watch = (organization: Organization, { config }: WorldPlan, where: Where): void => {
  const making = { ids: organization.ids, now: organization.timeline.now() };
  const { security, evidence, forensics, management } = config.accounts;
  const members = [...where.members, evidence, forensics, management];
  for (const region of where.regions) {
    enableDetector(organization.world, { account: security, region, members }, making);
    for (const account of where.members) enableDetector(organization.world, { account, region }, making);
    enableInspector(organization.world, { account: security, region, members });
  }
};
