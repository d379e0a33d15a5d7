import { CloudFormationClient, CreateStackCommand } from '@aws-sdk/client-cloudformation';
import { addParameter, type Organization } from '@cordon/local-aws';

const QUALIFIER = 'hnb659fds';
const VERSION = '30';

/** Who may take a role, and what it may do. */
const role = (name: string, principal: object, statements: readonly object[]) => ({
  Type: 'AWS::IAM::Role',
  Properties: {
    RoleName: { 'Fn::Sub': `cdk-${QUALIFIER}-${name}-\${AWS::AccountId}-\${AWS::Region}` },
    AssumeRolePolicyDocument: {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: principal }],
    },
    Policies: [{ PolicyName: 'default', PolicyDocument: { Version: '2012-10-17', Statement: statements } }],
  },
});

const allow = (Action: string | readonly string[], Resource: unknown = '*') => ({
  Effect: 'Allow',
  Action,
  Resource,
});

/**
 * What `cdk bootstrap` brings of what a deployment of these stacks uses, in its own words: bucket, roles and version. Without the image
 * repository, keys and the lookup role.
 * https://docs.aws.amazon.com/cdk/v2/guide/bootstrapping-env.html
 */
const bootstrapTemplate = () => {
  const own = { AWS: { Ref: 'AWS::AccountId' } };
  const bucket = {
    'Fn::Sub': `arn:\${AWS::Partition}:s3:::cdk-${QUALIFIER}-assets-\${AWS::AccountId}-\${AWS::Region}`,
  };
  const objects = {
    'Fn::Sub': `arn:\${AWS::Partition}:s3:::cdk-${QUALIFIER}-assets-\${AWS::AccountId}-\${AWS::Region}/*`,
  };
  const execution = {
    'Fn::Sub': `arn:\${AWS::Partition}:iam::\${AWS::AccountId}:role/cdk-${QUALIFIER}-cfn-exec-role-\${AWS::AccountId}-\${AWS::Region}`,
  };
  return {
    Resources: {
      Staging: {
        Type: 'AWS::S3::Bucket',
        Properties: {
          BucketName: { 'Fn::Sub': `cdk-${QUALIFIER}-assets-\${AWS::AccountId}-\${AWS::Region}` },
          VersioningConfiguration: { Status: 'Enabled' },
        },
      },
      Publishing: role('file-publishing-role', own, [
        allow(
          [
            's3:GetObject*',
            's3:GetBucket*',
            's3:GetEncryptionConfiguration',
            's3:List*',
            's3:PutObject*',
            's3:Abort*',
          ],
          [bucket, objects],
        ),
      ]),
      Execution: role('cfn-exec-role', { Service: 'cloudformation.amazonaws.com' }, [allow('*')]),
      Deploying: role('deploy-role', own, [
        allow('cloudformation:*'),
        allow('iam:PassRole', execution),
        allow(['s3:GetObject*', 's3:GetBucket*', 's3:List*'], [bucket, objects]),
        allow(['ssm:GetParameter', 'ssm:GetParameters']),
        allow('sts:GetCallerIdentity'),
      ]),
    },
    Outputs: {
      BucketName: { Value: { Ref: 'Staging' } },
      BootstrapVersion: { Value: VERSION },
    },
  };
};

/** Bootstraps an account in a Region for CDK, as its administrator. */
export const bootstrap = async (
  organization: Organization,
  account: string,
  region: string,
): Promise<void> => {
  const client = new CloudFormationClient({
    region,
    credentials: organization.credentialsFor(account, 'administrator'),
    requestHandler: organization.requestHandler,
  });
  await organization.during(() =>
    client.send(
      new CreateStackCommand({
        StackName: 'CDKToolkit',
        TemplateBody: JSON.stringify(bootstrapTemplate()),
        Capabilities: ['CAPABILITY_NAMED_IAM'],
      }),
    ),
  );
  await organization.run();
  addParameter(
    organization,
    { account, region },
    {
      name: `/cdk-bootstrap/${QUALIFIER}/version`,
      value: VERSION,
      type: 'String',
      now: organization.timeline.now(),
    },
  );
};
