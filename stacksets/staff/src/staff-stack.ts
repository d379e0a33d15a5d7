import { CfnCondition, CfnParameter, Fn, Stack } from 'aws-cdk-lib';
import { CfnAssignment, CfnPermissionSet } from 'aws-cdk-lib/aws-sso';
import type { Construct } from 'constructs';
import type { CordonConfig } from '@cordon/incident';
import { STAFF, staffStatements, type Staff } from '@cordon/responder/needs';
import { deploymentNames, policyDocument } from '@cordon/constructs';

type OwnAccount = 'evidence' | 'forensics' | 'security';

/** Name of the permission set, by which configuration and guardrails name its roles; and how long a session lives. */
export const PERMISSION_SETS: Readonly<
  Record<
    Staff,
    {
      readonly name: string;
      readonly account: OwnAccount;
      /** Where else it is assigned. */
      readonly alsoIn?: readonly OwnAccount[];
      readonly session: string;
      readonly about: string;
    }
  >
> = {
  reader: {
    name: 'CordonReaders',
    account: 'forensics',
    session: 'PT4H',
    about: 'Opens and exports evidence, through the desk alone',
  },
  keeper: {
    name: 'CordonKeepers',
    account: 'evidence',
    session: 'PT1H',
    about: 'Holds evidence and, two of them, releases it, through the desk alone',
  },
  examiner: {
    name: 'CordonForensics',
    account: 'forensics',
    session: 'PT8H',
    about: 'Opens evidence, and works on forensic machines in recorded sessions',
  },
  approver: {
    name: 'CordonApprovers',
    account: 'security',
    session: 'PT1H',
    about: 'Decides what Cordon asks',
  },
  operator: {
    name: 'CordonOperators',
    account: 'security',
    session: 'PT4H',
    about: 'Decides what Cordon asks, contains and releases, and replays policies',
  },
  doctor: {
    name: 'CordonDoctors',
    account: 'security',
    alsoIn: ['evidence', 'forensics'],
    session: 'PT1H',
    about: 'Looks for what would stop the response, by settings alone',
  },
};

/** As CloudFormation has it. https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sso-assignment.html */
const GUID = '^([0-9a-f]{10}-|)[A-Fa-f0-9]{8}-[A-Fa-f0-9]{4}-[A-Fa-f0-9]{4}-[A-Fa-f0-9]{4}-[A-Fa-f0-9]{12}$';

/** An id that no group has. */
export const NOBODY = '00000000-0000-0000-0000-000000000000';

/**
 * Permission sets of IAM Identity Center for people who work with Cordon, for the management account or the delegated administrator of Identity Center, in
 * Identity Center's Region. A group is assigned where its id is given. That people sign in with MFA every time is a setting of the instance, which no template has.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sso-permissionset.html
 */
export class StaffStack extends Stack {
  constructor(scope: Construct, id: string, config: CordonConfig) {
    super(scope, id, { description: 'Cordon: permission sets of people' });
    const instanceArn = new CfnParameter(this, 'InstanceArn', {
      type: 'String',
      description: 'ARN of the Identity Center instance',
      allowedPattern: '^arn:aws[a-z-]*:sso:::instance/(sso)?ins-[a-zA-Z0-9-.]{16}$',
    }).valueAsString;
    const names = deploymentNames(config);
    for (const staff of STAFF) {
      const { name, account, alsoIn = [], session, about } = PERMISSION_SETS[staff];
      const set = new CfnPermissionSet(this, name, {
        instanceArn,
        name,
        description: `Cordon: ${about}`,
        sessionDuration: session,
        inlinePolicy: policyDocument(staffStatements(names, staff)),
      });
      const group = new CfnParameter(this, `${name}Group`, {
        type: 'String',
        description: `Id of the group that gets ${name}; nobody as it stands`,
        default: NOBODY,
        allowedPattern: GUID,
      }).valueAsString;
      const isGiven = new CfnCondition(this, `${name}Given`, {
        expression: Fn.conditionNot(Fn.conditionEquals(group, NOBODY)),
      });
      for (const target of [account, ...alsoIn]) {
        const assignment = new CfnAssignment(this, `${name}Assignment${target === account ? '' : target}`, {
          instanceArn,
          permissionSetArn: set.attrPermissionSetArn,
          principalType: 'GROUP',
          principalId: group,
          targetType: 'AWS_ACCOUNT',
          targetId: config.accounts[target],
        });
        assignment.cfnOptions.condition = isGiven;
      }
    }
  }
}
