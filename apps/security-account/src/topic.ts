import { CfnTopic, CfnTopicPolicy } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { TOPIC_NAME } from '@cordon/incident';
import { policyDocument } from '@cordon/constructs';

/** People. Alarms publish as an AWS service, functions by their own policies. */
export class Topic extends Construct {
  readonly arn: string;

  constructor(scope: Construct, id: string, account: string) {
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
          Condition: { StringEquals: { 'aws:SourceAccount': account } },
        },
        {
          Sid: 'OnlyEncryptedTransport',
          Effect: 'Deny',
          Principal: { AWS: '*' },
          Action: 'sns:Publish',
          Resource: topic.ref,
          Condition: { Bool: { 'aws:SecureTransport': 'false' } },
        },
      ]),
    });
  }
}
