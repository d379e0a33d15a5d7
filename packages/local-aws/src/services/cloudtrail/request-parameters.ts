/** Lists of EC2 that CloudTrail writes as `xSet`, and the member that holds the value of each item. */
const EC2_SETS: Readonly<Record<string, readonly [set: string, member: string]>> = {
  InstanceIds: ['instancesSet', 'instanceId'],
  Groups: ['groupSet', 'groupId'],
  SecurityGroupIds: ['groupSet', 'groupId'],
  Resources: ['resourcesSet', 'resourceId'],
  Tags: ['tagSet', ''],
  // In answers.
  StartingInstances: ['instancesSet', ''],
  StoppingInstances: ['instancesSet', ''],
  TerminatingInstances: ['instancesSet', ''],
  Instances: ['instancesSet', ''],
};

/** Operations of EC2 whose parameters CloudTrail writes as they are sent, in one member named for the request. */
const EC2_WHOLE: ReadonlySet<string> = new Set([
  'AssociateIamInstanceProfile',
  'CreateSnapshots',
  'CreateVpcEndpoint',
  'DisassociateIamInstanceProfile',
  'ModifyInstanceMetadataOptions',
  'ReplaceIamInstanceProfileAssociation',
]);

/** https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html (requestParameters) */
const HIDDEN = 'HIDDEN_DUE_TO_SECURITY_REASONS';
const SECRET = /^(?:UserData|SecretAccessKey|SessionToken|Password)$/;

const lowerFirst = (name: string): string => name.slice(0, 1).toLowerCase() + name.slice(1);

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const leaf = (value: unknown): unknown => {
  if (value instanceof Date) return value.toISOString();
  return value instanceof Uint8Array ? HIDDEN : value;
};

const plainMembers = (value: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> =>
  Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [
      lowerFirst(name),
      SECRET.test(name) ? HIDDEN : plain(inner),
    ]),
  );

const plain = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(plain);
  if (!isObject(value) || value instanceof Date || value instanceof Uint8Array) return leaf(value);
  return plainMembers(value);
};

const ec2Entry = (name: string, value: unknown): readonly [string, unknown] => {
  if (SECRET.test(name)) return [lowerFirst(name), '<sensitiveDataRemoved>'];
  if (!Array.isArray(value)) return [lowerFirst(name), ec2Value(value)];
  const [set = lowerFirst(name), member = ''] = EC2_SETS[name] ?? [];
  const items = value.map((item: unknown) =>
    isObject(item) || member === '' ? ec2Value(item) : { [member]: item },
  );
  return [set, { items }];
};

const ec2Value = (value: unknown): unknown => {
  if (!isObject(value) || value instanceof Date || value instanceof Uint8Array) return leaf(value);
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => ec2Entry(name, inner)));
};

/** Names as they are; what is secret hidden. */
const asSent = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(asSent);
  if (!isObject(value) || value instanceof Date || value instanceof Uint8Array) return leaf(value);
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [name, SECRET.test(name) ? HIDDEN : asSent(inner)]),
  );
};

/**
 * What was asked, as CloudTrail writes it: members begin in lower case; EC2's lists are sets of items. UNCONFIRMED beyond the examples
 * of AWS, for EC2 above all: no page lists the names of every operation.
 * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/monitor-with-cloudtrail.html (EC2)
 *
 * @returns null when the request had no parameters
 */
export const requestParameters = (
  { service, operation }: { readonly service: string; readonly operation: string },
  input: object,
): unknown => {
  const given = Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined));
  if (Object.keys(given).length === 0) return null;
  // What a command brings may be secret. UNCONFIRMED: AWS shows it in no example.
  if (service === 'ssm' && operation === 'SendCommand' && 'Parameters' in given)
    return { ...plainMembers(given), parameters: HIDDEN };
  // https://docs.aws.amazon.com/AmazonS3/latest/userguide/cloudtrail-logging-understanding-s3-entries.html
  if (service === 's3' && 'Bucket' in given) {
    const { Bucket: bucketName, Body: _body, ...more } = given;
    return { bucketName, ...plainMembers(more) };
  }
  if (service !== 'ec2') return plain(given);
  return EC2_WHOLE.has(operation) ? { [`${operation}Request`]: asSent(given) } : ec2Value(given);
};

/** What was answered, likewise; null when the answer had no members. EC2 adds the request's id, and `_return` where it says only yes. */
export const responseElements = (
  { service, requestId }: { readonly service: string; readonly requestId: string },
  output: object,
): unknown => {
  const { Return: _yes, ...given } = Object.fromEntries(
    Object.entries(output).filter(([, value]) => value !== undefined),
  );
  const isEmpty = Object.keys(given).length === 0;
  if (service !== 'ec2') return isEmpty ? null : plain(given);
  return { requestId, ...(isEmpty ? { _return: true } : Object(ec2Value(given))) };
};
