import type { Created, ResolvedResource } from '@cordon/templates';
import { ServiceFault } from '../../core/fault.ts';
import type { Deployment, Service } from '../../core/operation.ts';
import { ResourceProperties } from '../resource-properties.ts';
import { addDocument } from './build.ts';
import { readSessionDocument } from './session-document.ts';
import { ssmState } from './state.ts';

/** "a-zA-Z0-9_\-.", 3 to 128; names that begin as Amazon's are reserved. API_CreateDocument.html */
const NAME = /^(?!(?:aws|amazon|amzn)(?:$|[-_.]))[a-zA-Z0-9_\-.]{3,128}$/i;

/**
 * Content as an object is kept as JSON without white space; how CloudFormation writes it is UNCONFIRMED, and the hash is of what it writes.
 * Given as text it is kept as it is.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ssm-document.html
 */
const createDocument = (resource: ResolvedResource, deployment: Deployment): Created => {
  const properties = new ResourceProperties(resource, [
    'Content',
    'DocumentFormat',
    'DocumentType',
    'Name',
    'Tags',
    'TargetType',
    'UpdateMethod',
  ]);
  const { account, region, ids, timeline, world } = deployment;
  const name =
    properties.text('Name') ??
    `${resource.stackName}-${resource.logicalId}-${ids.base32('ssm-document', 12)}`;
  if (!NAME.test(name))
    throw properties.refuse('Name', '3 to 128 letters, digits, _ - . that do not begin with aws or amazon');
  const { documents, sessionDocuments } = world.of(ssmState, account, region);
  if (documents.has(name) || sessionDocuments.has(name))
    throw new ServiceFault(
      'DocumentAlreadyExists',
      properties.refuse('Name', `a name that no document of ${account} in ${region} has`).message,
    );
  const type = properties.oneOf('DocumentType', ['Command', 'Session']);
  if (type === undefined) throw properties.refuse('DocumentType', 'Command or Session');
  properties.oneOf('DocumentFormat', ['JSON']);
  // Of stacks that are updated: none is here.
  properties.oneOf('UpdateMethod', ['Replace', 'NewVersion']);
  const targetType = properties.text('TargetType');
  const given = properties.kept('Content');
  const content = typeof given === 'string' ? given : properties.requiredDocument('Content');
  if (type === 'Session') {
    sessionDocuments.set(name, readSessionDocument(name, content));
    return { ref: name, attributes: {} };
  }
  const spec = { account, region, name, content, tags: Object.fromEntries(properties.tags()) };
  try {
    addDocument(world, { ...spec, ...(targetType === undefined ? {} : { targetType }) }, timeline.now());
  } catch (error) {
    throw new Error(
      `${resource.type} ${resource.logicalId}: ${error instanceof Error ? error.message : ''}`,
      {
        cause: error,
      },
    );
  }
  return { ref: name, attributes: {} };
};

/** Systems Manager's resource types in CloudFormation templates. */
export const ssmResourceTypes: NonNullable<Service['resourceTypes']> = {
  'AWS::SSM::Document': createDocument,
};
