import { RemovalPolicy } from 'aws-cdk-lib';
import { CfnLogGroup } from 'aws-cdk-lib/aws-logs';
import { CfnDocument } from 'aws-cdk-lib/aws-ssm';
import type { Construct } from 'constructs';
import { SESSION_DOCUMENT_NAME, SESSION_LOG_GROUP_NAME } from '@cordon/incident';
import { LOG_RETENTION_DAYS } from '@cordon/constructs';

/** A session that nobody types in ends; one ends with a working day in any case. Both in minutes, as text. */
const IDLE_MINUTES = '20';
const LONGEST_MINUTES = '480';

/**
 * How people work on a forensic machine: a session document that streams what they type and see into a log group of the Region while it happens, so that
 * nothing is lost when the machine ends. Whoever is root there can end the agent, and with it the recording and the session.
 * https://docs.aws.amazon.com/systems-manager/latest/userguide/session-manager-schema.html
 */
export const recordedSessions = (scope: Construct): void => {
  const logs = new CfnLogGroup(scope, 'Sessions', {
    logGroupName: SESSION_LOG_GROUP_NAME,
    retentionInDays: LOG_RETENTION_DAYS,
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
        // Asks for a key of one's own on the log group, or the session does not start; AWS encrypts it under one of its own.
        cloudWatchEncryptionEnabled: false,
        cloudWatchStreamingEnabled: true,
        kmsKeyId: '',
        runAsEnabled: false,
        runAsDefaultUser: '',
        idleSessionTimeout: IDLE_MINUTES,
        maxSessionDuration: LONGEST_MINUTES,
        shellProfile: { linux: '', windows: '' },
      },
    },
  });
};
