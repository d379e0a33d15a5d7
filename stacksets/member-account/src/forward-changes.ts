import { Aws } from 'aws-cdk-lib';
import { CfnRule } from 'aws-cdk-lib/aws-events';
import { CfnRole } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import {
  CHANGE_PATTERNS,
  CHANGES_BUS_NAME,
  CHANGES_RULE_NAME,
  FORWARD_CHANGES_ROLE_NAME,
  IAM_PATH,
  type CordonConfig,
} from '@cordon/incident';
import { policyDocument, serviceTrust } from '@cordon/constructs';

const busOf = ({ homeRegion, accounts }: CordonConfig): string =>
  `arn:${Aws.PARTITION}:events:${homeRegion}:${accounts.security}:event-bus/${CHANGES_BUS_NAME}`;

/** The role by which the member's rules put changes on the security account's bus, and can do nothing else. */
export const forwardRole = (scope: Construct, config: CordonConfig): void => {
  new CfnRole(scope, 'ForwardChanges', {
    roleName: FORWARD_CHANGES_ROLE_NAME,
    path: IAM_PATH,
    description: 'Cordon: sends changes to the watch',
    assumeRolePolicyDocument: serviceTrust('events.amazonaws.com', Aws.ACCOUNT_ID),
    policies: [
      {
        policyName: 'forward',
        policyDocument: policyDocument([
          { Sid: 'PutOnChangesBus', Effect: 'Allow', Action: 'events:PutEvents', Resource: busOf(config) },
        ]),
      },
    ],
  });
};

/**
 * Rules of every Region: calls that can open what containment closed, as CloudTrail tells of them where a trail records management events,
 * and starts of instances, of which EC2 tells by itself. What cannot be sent is dropped: the watch finds it by the clock. The role is
 * named, for it is made in the home Region alone.
 */
export const changeRules = (scope: Construct, config: CordonConfig): void => {
  for (const [what, eventPattern] of Object.entries(CHANGE_PATTERNS))
    new CfnRule(scope, `Changes-${what}`, {
      name: `${CHANGES_RULE_NAME}-${what}`,
      description: 'Cordon: changes that may open a contained instance',
      eventPattern,
      targets: [
        {
          id: 'changes-bus',
          arn: busOf(config),
          roleArn: `arn:${Aws.PARTITION}:iam::${Aws.ACCOUNT_ID}:role${IAM_PATH}${FORWARD_CHANGES_ROLE_NAME}`,
          retryPolicy: { maximumEventAgeInSeconds: 300, maximumRetryAttempts: 10 },
        },
      ],
    });
};
