import { at, differ, localLacks, motoLacks, motoTakes, type Divergence } from '../divergence.ts';

const DYNAMODB = 'https://docs.aws.amazon.com/amazondynamodb/latest/';

/** DynamoDB, SQS, SNS and EventBridge. */
export const dataDivergences: readonly Divergence[] = [
  differ(
    [
      at(['dynamodb: gives the item that a condition met'], {
        'refused.Item.count.N': { local: '1.5', moto: '1.50' },
      }),
      at(['dynamodb: reads an item'], { 'Item.count.N': { local: '1.5', moto: '1.50' } }),
      at(['dynamodb: counts up, adds and removes'], { 'Attributes.count.N': { local: '2.5', moto: '2.50' } }),
      at(['dynamodb: refuses all writes when one condition does not hold'], {
        'refused.CancellationReasons[].Item.count.N': { local: '2.5', moto: '2.50' },
      }),
      at(['dynamodb: queries a partition in order', 'dynamodb: queries backwards, one'], {
        'Items[].count.N': { local: '2.5', moto: '2.50' },
      }),
    ],
    {
      right: 'local-aws',
      page: `${DYNAMODB}developerguide/HowItWorks.NamingRulesDataTypes.html`,
      because: 'zeroes at the beginning and the end of a number are trimmed; moto keeps 1.50',
    },
  ),
  differ(
    [
      at(['dynamodb: counts up, adds and removes', 'dynamodb: makes an item by an update'], {
        ConsumedCapacity: { moto: { CapacityUnits: 0.5, TableName: 'conformance-incidents' } },
      }),
    ],
    {
      right: 'local-aws',
      page: `${DYNAMODB}APIReference/API_UpdateItem.html`,
      because: 'capacity is told only where the request asks for it',
    },
  ),
  differ(
    [
      at(['dynamodb: makes an item by an update'], {
        'Attributes.pk': { moto: { S: 'inc-1' } },
        'Attributes.sk': { moto: { S: 'made' } },
      }),
    ],
    {
      right: 'local-aws',
      page: `${DYNAMODB}APIReference/API_UpdateItem.html`,
      because: 'UPDATED_NEW gives the updated attributes alone; the key is none of them',
    },
  ),
  differ([at(['dynamodb: writes several items at once'], { ItemCollectionMetrics: { moto: {} } })], {
    right: 'local-aws',
    page: `${DYNAMODB}APIReference/API_TransactWriteItems.html`,
    because: 'metrics are told only where the request asks for them',
  }),
  motoTakes(['sqs: refuses a message without a body'], 'MissingRequiredParameterException', {
    page: 'https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html',
    because: 'a message has one character at least; moto sends an empty one',
  }),
  localLacks(
    [
      at(['sns: what is published arrives in a subscribed queue'], {
        'Messages[].Body.<JSON>.Signature': '<opaque>',
        'Messages[].Body.<JSON>.SignatureVersion': '2',
        'Messages[].Body.<JSON>.SigningCertURL':
          'https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-<random>.pem',
        'Messages[].Body.<JSON>.UnsubscribeURL':
          'https://sns.us-east-1.amazonaws.com/?Action=Unsubscribe&SubscriptionArn=arn:aws:sns:us-east-1:<member>:conformance-people:<uuid>',
      }),
    ],
    {
      page: 'https://docs.aws.amazon.com/sns/latest/dg/sns-message-and-json-formats.html',
      because: 'notifications are not signed here: nothing of the product reads its own calls to people',
    },
  ),
  motoLacks(
    [
      at(
        [
          'events: delivers what matches the pattern source',
          'events: delivers what matches the pattern prefix',
          'events: delivers what matches the pattern detail',
          'events: delivers what matches the pattern numeric',
          'events: delivers what matches the pattern exists',
          'events: delivers what matches the pattern missing',
          'events: delivers what matches the pattern anything',
        ],
        { 'bodies[].<JSON>.account': '<member>' },
      ),
    ],
    {
      page: 'https://docs.aws.amazon.com/eventbridge/latest/ref/events-structure.html',
      because: 'every event names its account',
    },
  ),
];
