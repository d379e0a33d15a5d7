import { CfnParameter, CfnStackSet, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { CordonConfig } from '@cordon/incident';
import { PRODUCT_TAG } from '@cordon/constructs';
import type { MemberTemplate } from './member-templates.ts';

/**
 * What a StackSet takes as text; more it would read from a bucket, which all members would have to reach.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateStackSet.html (TemplateBody)
 */
const INLINE_LIMIT_BYTES = 51_200;

/** Events of IAM's calls are in this Region, whatever others are used. https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-concepts.html#cloudtrail-concepts-global-service-events */
const GLOBAL_EVENTS = 'us-east-1';

/** Of the accounts of a Region this part may fail before the rollout stops there, unless the one who deploys says otherwise. */
export const TOLERANCE_PERCENT = 10;

/** Part of the accounts of a Region that is worked on at a time, unless the one who deploys says otherwise. */
export const AT_ONCE_PERCENT = 25;

/** What a rollout is made from. */
export interface RolloutProps {
  readonly config: {
    readonly homeRegion: string;
    readonly regions: readonly string[];
    readonly guardrails: CordonConfig['guardrails'];
    readonly accounts: CordonConfig['accounts'];
  };
  readonly templates: readonly MemberTemplate[];
}

/**
 * The Regions of members, home first: IAM's resources are made there, and what the other Regions hold names them.
 *
 * @throws Error for a home Region in China, where there is no rollout by StackSets of service-managed permissions
 */
export const rolloutRegions = ({
  homeRegion,
  regions,
}: Pick<RolloutProps['config'], 'homeRegion' | 'regions'>): readonly string[] => {
  if (homeRegion.startsWith('cn-'))
    throw new Error(
      `homeRegion ${homeRegion}: CloudFormation cannot be given trusted access in the Regions of China, so there are no service-managed StackSets; deploy the member template into each account by hand`,
    );
  const isGovCloud = homeRegion.startsWith('us-gov-');
  return [...new Set([homeRegion, ...regions, ...(isGovCloud ? [] : [GLOBAL_EVENTS])])];
};

/** The roots and units among the targets of the guardrails, where members are. */
export const targetUnits = ({ guardrails }: Pick<RolloutProps['config'], 'guardrails'>): readonly string[] =>
  guardrails.targets.filter((target) => /^(r|ou)-/.test(target));

/**
 * Accounts that no StackSet shall reach, though they are below a target. The security account has functions' roles of the duties' names: the
 * template fails there, and in a small organization that one failure stops the rollout.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/account-level-targets.html
 */
export const leftOut = ({ accounts }: Pick<RolloutProps['config'], 'accounts'>): readonly string[] => [
  accounts.security,
  accounts.evidence,
  accounts.forensics,
];

/**
 * The StackSets that bring the templates of members into every account below the target units, and into accounts that come later.
 * For the account that StackSets are delegated to. What an account that leaves keeps is kept on purpose: whoever can move an account
 * out of a unit must not thereby take the response away.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stacksets-orgs-manage-auto-deployment.html
 */
export class RolloutStack extends Stack {
  constructor(scope: Construct, id: string, { config, templates }: RolloutProps) {
    super(scope, id, {
      description: 'Cordon: StackSets that bring the duty roles into every member account',
    });
    const units = targetUnits(config);
    const targets = new CfnParameter(this, 'TargetUnits', {
      type: 'CommaDelimitedList',
      description: 'Ids of the root or of organizational units whose accounts, now and later, get the roles',
      ...(units.length === 0 ? {} : { default: units.join(',') }),
    });
    const tolerance = new CfnParameter(this, 'TolerancePercent', {
      type: 'Number',
      description: 'Of the accounts of a Region this part may fail before the rollout stops there',
      default: TOLERANCE_PERCENT,
      minValue: 0,
      maxValue: 100,
    });
    const atOnce = new CfnParameter(this, 'AtOncePercent', {
      type: 'Number',
      description: 'Part of the accounts of a Region that is worked on at a time',
      default: AT_ONCE_PERCENT,
      minValue: 1,
      maxValue: 100,
    });
    let previous: CfnStackSet | undefined;
    for (const template of templates) {
      const regions = template.placement === 'home' ? [config.homeRegion] : rolloutRegions(config);
      const set = this.#stackSet(template, { regions, leftOut: leftOut(config), targets, tolerance, atOnce });
      // The later ones stand beside the roles of the first.
      if (previous !== undefined) set.addResourceDependency(previous);
      previous = set;
    }
  }

  #stackSet(
    { name, body }: MemberTemplate,
    how: {
      readonly regions: readonly string[];
      readonly leftOut: readonly string[];
      readonly targets: CfnParameter;
      readonly tolerance: CfnParameter;
      readonly atOnce: CfnParameter;
    },
  ): CfnStackSet {
    const size = Buffer.byteLength(body, 'utf8');
    if (size > INLINE_LIMIT_BYTES)
      throw new Error(`${name} has ${size} bytes; a StackSet takes ${INLINE_LIMIT_BYTES} as text`);
    return new CfnStackSet(this, name, {
      stackSetName: name,
      description: `Cordon: ${name}`,
      tags: [PRODUCT_TAG],
      permissionModel: 'SERVICE_MANAGED',
      callAs: 'DELEGATED_ADMIN',
      capabilities: ['CAPABILITY_NAMED_IAM'],
      templateBody: body,
      autoDeployment: { enabled: true, retainStacksOnAccountRemoval: true },
      managedExecution: { Active: true },
      operationPreferences: {
        concurrencyMode: 'SOFT_FAILURE_TOLERANCE',
        failureTolerancePercentage: how.tolerance.valueAsNumber,
        maxConcurrentPercentage: how.atOnce.valueAsNumber,
        regionConcurrencyType: 'SEQUENTIAL',
        regionOrder: [...how.regions],
      },
      stackInstancesGroup: [
        {
          deploymentTargets: {
            organizationalUnitIds: how.targets.valueAsList,
            accountFilterType: 'DIFFERENCE',
            accounts: [...how.leftOut],
          },
          regions: [...how.regions],
        },
      ],
    });
  }
}
