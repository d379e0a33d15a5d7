/** The SendMessage request for a queue known by its ARN; to be given a caller. */
export const queueRequest = (queueArn: string, body: string) => {
  const [, , , region = '', account = '', name = ''] = queueArn.split(':');
  const QueueUrl = `https://sqs.${region}.amazonaws.com/${account}/${name}`;
  return {
    region,
    service: 'sqs',
    operation: 'SendMessage',
    input: { QueueUrl, MessageBody: body },
  } as const;
};
