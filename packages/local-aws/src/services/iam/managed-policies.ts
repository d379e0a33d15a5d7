import { ServiceFault } from '../../core/fault.ts';
import { compileDocument } from './policy-documents.ts';
import type { IamState, ManagedPolicy } from './state.ts';

const allow = (...Action: readonly string[]): object => ({ Effect: 'Allow', Action, Resource: '*' });

/**
 * The AWS managed policies that the local organization knows, by what stands after `arn:aws:iam::aws:policy/`.
 * https://docs.aws.amazon.com/aws-managed-policy/latest/reference/policy-list.html
 */
const AWS_MANAGED: ReadonlyMap<string, readonly object[]> = new Map([
  // https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AWSLambdaBasicExecutionRole.html
  [
    'service-role/AWSLambdaBasicExecutionRole',
    [allow('logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents')],
  ],
  // https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AmazonSSMManagedInstanceCore.html
  [
    'AmazonSSMManagedInstanceCore',
    [
      allow(
        'ssm:DescribeAssociation',
        'ssm:GetDeployablePatchSnapshotForInstance',
        'ssm:GetDocument',
        'ssm:DescribeDocument',
        'ssm:GetManifest',
        'ssm:GetParameter',
        'ssm:GetParameters',
        'ssm:ListAssociations',
        'ssm:ListInstanceAssociations',
        'ssm:PutInventory',
        'ssm:PutComplianceItems',
        'ssm:PutConfigurePackageResult',
        'ssm:UpdateAssociationStatus',
        'ssm:UpdateInstanceAssociationStatus',
        'ssm:UpdateInstanceInformation',
      ),
      allow(
        'ssmmessages:CreateControlChannel',
        'ssmmessages:CreateDataChannel',
        'ssmmessages:OpenControlChannel',
        'ssmmessages:OpenDataChannel',
      ),
      allow(
        'ec2messages:AcknowledgeMessage',
        'ec2messages:DeleteMessage',
        'ec2messages:FailMessage',
        'ec2messages:GetEndpoint',
        'ec2messages:GetMessages',
        'ec2messages:SendReply',
      ),
    ],
  ],
]);

const AWS_MANAGED_ARN = /^arn:aws[a-z-]*:iam::aws:policy\/(.+)$/;

/**
 * The managed policy with this ARN as the account sees it; undefined when there is none.
 * One of AWS's own enters the account's state when it is first looked for, so that authorization finds it there.
 *
 * @throws ServiceFault UnsupportedOperation (501) for an AWS managed policy whose text the local organization does not hold
 */
export const findManagedPolicy = (state: IamState, arn: string): ManagedPolicy | undefined => {
  const known = state.managedPolicies.get(arn);
  if (known !== undefined) return known;
  const path = AWS_MANAGED_ARN.exec(arn)?.[1];
  if (path === undefined) return undefined;
  const statements = AWS_MANAGED.get(path);
  if (statements === undefined) {
    throw new ServiceFault(
      'UnsupportedOperation',
      `the local organization does not hold the AWS managed policy ${arn}; it holds ${[...AWS_MANAGED.keys()].join(', ')}: ` +
        'use a customer managed policy, or add its documented text to services/iam/managed-policies.ts',
      { status: 501 },
    );
  }
  const document = compileDocument(
    state,
    { Version: '2012-10-17', Statement: statements },
    { use: 'identity', name: arn },
  );
  const policy: ManagedPolicy = { arn, name: path.slice(path.lastIndexOf('/') + 1), document };
  state.managedPolicies.set(arn, policy);
  return policy;
};
