import { Aws } from 'aws-cdk-lib';
import { CfnTopic, CfnTopicPolicy } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { IAM_PATH, RECORDER_FUNCTION_NAME, TOPIC_NAME, type CordonConfig } from '@cordon/incident';
import { onlyEncryptedTransport, policyDocument } from '@cordon/constructs';

/** People. Alarms publish as an AWS service, functions by their own policies. */
export class Topic extends Construct {
  readonly arn: string;

  constructor(scope: Construct, id: string, accounts: CordonConfig['accounts']) {
    super(scope, id);
    const topic = new CfnTopic(this, 'Topic', { topicName: TOPIC_NAME, displayName: 'Cordon' });
    this.arn = topic.ref;
    new CfnTopicPolicy(this, 'Policy', {
      topics: [topic.ref],
      policyDocument: policyDocument([
        {
          Sid: 'FromAlarms',
          Effect: 'Allow',
          Principal: { Service: 'cloudwatch.amazonaws.com' },
          Action: 'sns:Publish',
          Resource: topic.ref,
          Condition: { StringEquals: { 'aws:SourceAccount': accounts.security } },
        },
        {
          // Reads of evidence past the desk. The function's name tells nobody else of that account in: its role is one under our path.
          Sid: 'FromReadWatch',
          Effect: 'Allow',
          Principal: { AWS: `arn:${Aws.PARTITION}:iam::${accounts.evidence}:root` },
          Action: 'sns:Publish',
          Resource: topic.ref,
          Condition: {
            ArnEquals: {
              'aws:PrincipalArn': `arn:${Aws.PARTITION}:iam::${accounts.evidence}:role${IAM_PATH}${RECORDER_FUNCTION_NAME}`,
            },
          },
        },
        onlyEncryptedTransport('sns:Publish', topic.ref),
      ]),
    });
  }
}
