import { differ, localLacks, motoLacks, motoTakes, type Divergence } from '../divergence.ts';

const DYNAMODB = 'https://docs.aws.amazon.com/amazondynamodb/latest/';

/** DynamoDB, SQS, SNS and EventBridge. */
export const dataDivergences: readonly Divergence[] = [
  differ(['dynamodb: *'], ['*count.N'], {
    local: 'something',
    moto: 'something',
    right: 'local-aws',
    page: `${DYNAMODB}developerguide/HowItWorks.NamingRulesDataTypes.html`,
    because: 'zeroes at the beginning and the end of a number are trimmed; moto keeps 1.50',
  }),
  differ(
    ['dynamodb: counts up, adds and removes', 'dynamodb: makes an item by an update'],
    ['ConsumedCapacity'],
    {
      local: 'absent',
      moto: 'something',
      right: 'local-aws',
      page: `${DYNAMODB}APIReference/API_UpdateItem.html`,
      because: 'capacity is told only where the request asks for it',
    },
  ),
  differ(['dynamodb: makes an item by an update'], ['Attributes.pk', 'Attributes.sk'], {
    local: 'absent',
    moto: 'something',
    right: 'local-aws',
    page: `${DYNAMODB}APIReference/API_UpdateItem.html`,
    because: 'UPDATED_NEW gives the updated attributes alone; the key is none of them',
  }),
  differ(['dynamodb: writes several items at once'], ['ItemCollectionMetrics'], {
    local: 'absent',
    moto: '{}',
    right: 'local-aws',
    page: `${DYNAMODB}APIReference/API_TransactWriteItems.html`,
    because: 'metrics are told only where the request asks for them',
  }),
  motoTakes(['sqs: refuses a message without a body'], 'MissingRequiredParameterException', {
    page: 'https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html',
    because: 'a message has one character at least; moto sends an empty one',
  }),
  localLacks(
    ['sns: what is published arrives in a subscribed queue'],
    [
      'Messages[].Body.<JSON>.Signature',
      'Messages[].Body.<JSON>.SignatureVersion',
      'Messages[].Body.<JSON>.SigningCertURL',
      'Messages[].Body.<JSON>.UnsubscribeURL',
    ],
    {
      page: 'https://docs.aws.amazon.com/sns/latest/dg/sns-message-and-json-formats.html',
      because: 'notifications are not signed here: nothing of the product reads its own calls to people',
    },
  ),
  motoLacks(['events: delivers *'], ['bodies[].<JSON>.account'], {
    page: 'https://docs.aws.amazon.com/eventbridge/latest/ref/events-structure.html',
    because: 'every event names its account',
  }),
];
