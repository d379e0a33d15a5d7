import { Aws, RemovalPolicy } from 'aws-cdk-lib';
import { CfnLogGroup } from 'aws-cdk-lib/aws-logs';
import { CfnDocument } from 'aws-cdk-lib/aws-ssm';
import type { Construct } from 'constructs';
import {
  FORENSIC_MACHINE_ROLE_NAME,
  IAM_PATH,
  KEY_ALIASES,
  SESSION_DOCUMENT_NAME,
  SESSION_LOG_GROUP_NAME,
} from '@cordon/incident';
import { GuardedKey, LOG_RETENTION_DAYS, type DeploymentNames } from '@cordon/constructs';

/** A session that nobody types in ends; one ends with a working day in any case. Both in minutes, as text. */
const IDLE_MINUTES = '20';
const LONGEST_MINUTES = '480';

/**
 * The key of sessions of a Region. CloudWatch Logs has recordings under it, for this one log group; a person's tool makes the key of a channel, and the machine alone decrypts it.
 * That a person may is left to policies of the account: of the permission set of forensic staff, and of nobody else of ours.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html
 * https://docs.aws.amazon.com/systems-manager/latest/userguide/session-preferences-enable-encryption.html
 */
const sessionsKey = (scope: Construct, { partition, forensicsAccount }: DeploymentNames): GuardedKey => {
  const account = { AWS: `arn:${partition}:iam::${forensicsAccount}:root` };
  return new GuardedKey(scope, 'SessionsKey', {
    alias: KEY_ALIASES.sessions,
    description: 'Cordon: sessions on forensic machines, on their way and as recorded',
    kind: 'encryption',
    use: [
      {
        Sid: 'Recordings',
        Effect: 'Allow',
        Principal: { Service: `logs.${Aws.REGION}.amazonaws.com` },
        // AWS's example has kms:Describe* too, which bears no encryption context and so is never allowed by it.
        Action: ['kms:Encrypt', 'kms:Decrypt', 'kms:ReEncrypt*', 'kms:GenerateDataKey*'],
        Resource: '*',
        Condition: {
          ArnEquals: {
            'kms:EncryptionContext:aws:logs:arn': `arn:${partition}:logs:${Aws.REGION}:${forensicsAccount}:log-group:${SESSION_LOG_GROUP_NAME}`,
          },
        },
      },
      {
        Sid: 'MachineOpensChannel',
        Effect: 'Allow',
        Principal: account,
        Action: 'kms:Decrypt',
        Resource: '*',
        Condition: {
          ArnEquals: {
            'aws:PrincipalArn': `arn:${partition}:iam::${forensicsAccount}:role${IAM_PATH}${FORENSIC_MACHINE_ROLE_NAME}`,
          },
        },
      },
      {
        Sid: 'PeopleOpenChannel',
        Effect: 'Allow',
        Principal: account,
        Action: 'kms:GenerateDataKey',
        Resource: '*',
      },
    ],
  });
};

/**
 * How people work on a forensic machine: a session document that streams what they type and see into a log group of the Region while it happens, so that
 * nothing is lost when the machine ends; both are under a key of ours. The evidence account carries what is recorded into the vault once the session has ended. Whoever is root
 * there can end the agent, and with it the recording and the session.
 * https://docs.aws.amazon.com/systems-manager/latest/userguide/session-manager-schema.html
 */
export const recordedSessions = (scope: Construct, names: DeploymentNames): void => {
  const key = sessionsKey(scope, names);
  const logs = new CfnLogGroup(scope, 'Sessions', {
    logGroupName: SESSION_LOG_GROUP_NAME,
    retentionInDays: LOG_RETENTION_DAYS,
    kmsKeyId: key.resource.attrArn,
  });
  logs.applyRemovalPolicy(RemovalPolicy.RETAIN);
  new CfnDocument(scope, 'Session', {
    name: SESSION_DOCUMENT_NAME,
    documentType: 'Session',
    documentFormat: 'JSON',
    updateMethod: 'NewVersion',
    content: {
      schemaVersion: '1.0',
      description: 'Cordon: a recorded session on a forensic machine',
      sessionType: 'Standard_Stream',
      inputs: {
        s3BucketName: '',
        s3KeyPrefix: '',
        s3EncryptionEnabled: true,
        cloudWatchLogGroupName: SESSION_LOG_GROUP_NAME,
        // The session does not start if somebody took the key off the log group.
        cloudWatchEncryptionEnabled: true,
        cloudWatchStreamingEnabled: true,
        kmsKeyId: key.resource.attrArn,
        runAsEnabled: false,
        runAsDefaultUser: '',
        idleSessionTimeout: IDLE_MINUTES,
        maxSessionDuration: LONGEST_MINUTES,
        shellProfile: { linux: '', windows: '' },
      },
    },
  });
};
