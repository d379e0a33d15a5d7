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
 * Checks a session document, which is kept: sessions themselves are not here.
 * https://docs.aws.amazon.com/systems-manager/latest/userguide/session-manager-schema.html
 *
 * @throws Error that says what is wrong with it
 */
export const checkSessionDocument = (content: unknown): void => {
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
  for (const [name, [least, most]] of Object.entries(MINUTES)) {
    const minutes = Number(inputs[name] ?? least);
    if (!(minutes >= least && minutes <= most))
      throw new Error(`input ${name} of a session document: want ${least} to ${most} minutes`);
  }
};
