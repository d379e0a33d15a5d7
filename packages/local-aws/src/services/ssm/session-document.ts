import type { SessionDocument } from './state.ts';

const INPUTS = [
  's3BucketName',
  's3KeyPrefix',
  's3EncryptionEnabled',
  'cloudWatchLogGroupName',
  'cloudWatchEncryptionEnabled',
  'cloudWatchStreamingEnabled',
  'kmsKeyId',
  'runAsEnabled',
  'runAsDefaultUser',
  'idleSessionTimeout',
  'maxSessionDuration',
  'shellProfile',
];

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Minutes as text. https://docs.aws.amazon.com/systems-manager/latest/userguide/session-preferences-timeout.html and session-preferences-max-timeout.html */
const MINUTES: Readonly<Record<string, readonly [least: number, most: number]>> = {
  idleSessionTimeout: [1, 60],
  maxSessionDuration: [1, 1_440],
};

/**
 * Reads a session document. Output to S3, shell profiles and other users than the agent's own are kept out of account.
 * https://docs.aws.amazon.com/systems-manager/latest/userguide/session-manager-schema.html
 *
 * @throws Error that says what is wrong with it
 */
export const readSessionDocument = (name: string, content: unknown): SessionDocument => {
  if (!isObject(content)) throw new Error('the content of a session document is no object');
  const { schemaVersion, sessionType, inputs, description: _said, ...more } = content;
  const [strange] = Object.keys(more);
  if (strange !== undefined) throw new Error(`member ${strange} of a session document is not implemented`);
  if (schemaVersion !== '1.0') throw new Error('schemaVersion of a session document: want "1.0"');
  if (sessionType !== 'Standard_Stream')
    throw new Error('sessionType of a session document: only Standard_Stream is implemented');
  if (!isObject(inputs)) throw new Error('inputs of a session document: want an object');
  const unknown = Object.keys(inputs).find((name) => !INPUTS.includes(name));
  if (unknown !== undefined) throw new Error(`input ${unknown} of a session document is not known`);
  for (const [input, [least, most]] of Object.entries(MINUTES)) {
    const minutes = Number(inputs[input] ?? least);
    if (!(minutes >= least && minutes <= most))
      throw new Error(`input ${input} of a session document: want ${least} to ${most} minutes`);
  }
  const text = (input: string): string => (typeof inputs[input] === 'string' ? inputs[input] : '');
  if (text('s3BucketName') !== '')
    throw new Error('output of sessions to S3 is not implemented: leave s3BucketName empty');
  if (text('cloudWatchLogGroupName') !== '' && inputs['cloudWatchStreamingEnabled'] !== true)
    throw new Error(
      'a recording at the end of a session is not implemented: want cloudWatchStreamingEnabled',
    );
  return {
    name,
    kmsKeyId: text('kmsKeyId'),
    logGroupName: text('cloudWatchLogGroupName'),
    logGroupEncrypted: inputs['cloudWatchEncryptionEnabled'] === true,
    // "The default is 20 minutes", and no longest time.
    idleMinutes: Number(text('idleSessionTimeout') || 20),
    longestMinutes: Number(text('maxSessionDuration') || Infinity),
  };
};
