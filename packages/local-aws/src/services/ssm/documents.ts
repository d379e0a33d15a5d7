import { createHash } from 'node:crypto';
import type {
  DescribeDocumentCommandInput,
  DescribeDocumentCommandOutput,
  GetDocumentCommandInput,
  GetDocumentCommandOutput,
} from '@aws-sdk/client-ssm';
import { ServiceFault } from '../../core/fault.ts';
import { operation, type Call, type Check, type Operation } from '../../core/operation.ts';
import { acceptMembers, unimplemented } from '../accept-members.ts';
import { platformsOf } from './document-content.ts';
import { ssmState, type CommandDocument, type DocumentVersion } from './state.ts';

/** SHA-256 of a document as it was given, in hex. */
export const hashOf = ({ text }: DocumentVersion): string => createHash('sha256').update(text).digest('hex');

/** A document's ARN in the place of the call; a reference that is an ARN already stays. */
const arnFor = (call: Call, reference: string): string =>
  reference.startsWith('arn:')
    ? reference
    : `arn:${call.world.facts.partition}:ssm:${call.region}:${call.caller.account}:document/${reference}`;

/** The document that a name, or an ARN of this Region, means to the caller; one of another account only if it was shared. */
const lookup = (call: Call, reference: string): CommandDocument | undefined => {
  const [, , , region = '', account = ''] = arnFor(call, reference).split(':');
  const name = reference.startsWith('arn:') ? reference.slice(reference.indexOf('/') + 1) : reference;
  if (region !== call.region) return undefined;
  const found = call.world.of(ssmState, account, region).documents.get(name);
  return found?.ownerId === call.caller.account || found?.sharedWith.has(call.caller.account) === true
    ? found
    : undefined;
};

/** "If you specify a document name or ARN that hasn't been shared with your account, you receive an InvalidDocument error." API_SendCommand.html */
export const findDocument = (call: Call, reference = ''): CommandDocument => {
  const found = lookup(call, reference);
  if (found !== undefined) return found;
  throw new ServiceFault('InvalidDocument', `Document with name ${reference} does not exist.`);
};

/** The version that `$DEFAULT` (when absent), `$LATEST` or a number means, with its number. @throws ServiceFault InvalidDocumentVersion */
export const findVersion = (
  document: CommandDocument,
  wanted = '$DEFAULT',
): readonly [number: string, version: DocumentVersion] => {
  const { versions, defaultVersion } = document;
  const number =
    wanted === '$DEFAULT' ? defaultVersion : wanted === '$LATEST' ? versions.length : Number(wanted);
  const version = versions[number - 1];
  if (version !== undefined) return [String(number), version];
  throw new ServiceFault(
    'InvalidDocumentVersion',
    `Document version ${wanted} of ${document.name} does not exist.`,
  );
};

/** Tags as both families of keys give them: SSM has one of its own. https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssystemsmanager.html */
export const tagKeys = (tags: ReadonlyMap<string, string> = new Map()): Record<string, string> =>
  Object.fromEntries(
    [...tags].flatMap(([key, value]) => [
      [`aws:ResourceTag/${key}`, value],
      [`ssm:resourceTag/${key}`, value],
    ]),
  );

/** The check of an action on the document that a reference names. Same page. */
export const documentCheck = (action: string, call: Call, reference = ''): Check => {
  const found = lookup(call, reference);
  return {
    action: `ssm:${action}`,
    resource: found?.arn ?? arnFor(call, reference),
    ...(found === undefined ? {} : { context: { 'ssm:DocumentType': 'Command', ...tagKeys(found.tags) } }),
  };
};

/** https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_DescribeDocument.html */
const describeDocument = operation<
  DescribeDocumentCommandInput,
  Omit<DescribeDocumentCommandOutput, '$metadata'>
>({
  checks: (input, call) => [documentCheck('DescribeDocument', call, input.Name)],
  run: (input, call) => {
    acceptMembers(input, 'DescribeDocument', ['Name', 'DocumentVersion']);
    const document = findDocument(call, input.Name);
    const [number, version] = findVersion(document, input.DocumentVersion);
    const { content, createdAt } = version;
    return {
      Document: {
        Name: document.name,
        Owner: document.ownerId,
        Hash: hashOf(version),
        HashType: 'Sha256',
        CreatedDate: new Date(createdAt),
        Status: 'Active',
        DocumentVersion: number,
        ...(content.description === undefined ? {} : { Description: content.description }),
        Parameters: [...content.parameters].map(([Name, { type, description, default: fallback }]) => ({
          Name,
          Type: type === 'StringList' ? ('StringList' as const) : ('String' as const),
          ...(description === undefined ? {} : { Description: description }),
          ...(fallback === undefined ? {} : { DefaultValue: fallback.join(',') }),
        })),
        PlatformTypes: [...platformsOf(content)],
        DocumentType: 'Command',
        SchemaVersion: content.schemaVersion,
        LatestVersion: String(document.versions.length),
        DefaultVersion: String(document.defaultVersion),
        DocumentFormat: 'JSON',
        ...(document.targetType === undefined ? {} : { TargetType: document.targetType }),
        Tags: [...document.tags].map(([Key, Value]) => ({ Key, Value })),
      },
    };
  },
});

/** https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetDocument.html : in JSON, as it was made. */
const getDocument = operation<GetDocumentCommandInput, Omit<GetDocumentCommandOutput, '$metadata'>>({
  checks: (input, call) => [documentCheck('GetDocument', call, input.Name)],
  run: (input, call) => {
    acceptMembers(input, 'GetDocument', ['Name', 'DocumentVersion', 'DocumentFormat']);
    if (input.DocumentFormat !== undefined && input.DocumentFormat !== 'JSON')
      throw unimplemented(`DocumentFormat ${input.DocumentFormat}`, 'GetDocument');
    const document = findDocument(call, input.Name);
    const [number, version] = findVersion(document, input.DocumentVersion);
    return {
      Name: document.name,
      CreatedDate: new Date(version.createdAt),
      DocumentVersion: number,
      Status: 'Active',
      Content: version.text,
      DocumentType: 'Command',
      DocumentFormat: 'JSON',
    };
  },
});

/** Operations that read documents. */
export const documentOperations: Readonly<Record<string, Operation>> = {
  DescribeDocument: describeDocument,
  GetDocument: getDocument,
};
