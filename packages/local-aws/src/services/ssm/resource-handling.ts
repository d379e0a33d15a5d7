import type { ResolvedResource } from '@cordon/templates';
import { ServiceFault } from '../../core/fault.ts';
import type { Check, Deployment, ResourceHandling, Service } from '../../core/operation.ts';
import { ssmResourceTypes } from './resource-types.ts';
import { ssmState, type CommandDocument } from './state.ts';

const documentsOf = ({ world, account, region }: Deployment): Map<string, CommandDocument> =>
  world.of(ssmState, account, region).documents;

const nameOf = ({ properties }: ResolvedResource): string =>
  typeof properties['Name'] === 'string' ? properties['Name'] : '*';

/** Documents of sessions are not kept as others are. */
const refuseOthers = ({ properties, type, logicalId }: ResolvedResource): void => {
  if (properties['DocumentType'] !== 'Command' || typeof properties['Name'] !== 'string')
    throw new Error(`${type} ${logicalId}: only a named Command document can be changed here`);
};

const ACTIONS = {
  create: ['CreateDocument'],
  update: ['UpdateDocument', 'UpdateDocumentDefaultVersion'],
  remove: ['DeleteDocument'],
} as const;

const document: ResourceHandling = {
  checks: (act, resource, { world, account, region }) =>
    ACTIONS[act].map((action): Check => ({
      action: `ssm:${action}`,
      resource: `arn:${world.facts.partition}:ssm:${region}:${account}:document/${nameOf(resource)}`,
      assumed: true,
    })),
  // Another document in its place: versions of documents are not kept here.
  update: (from, to, on) => {
    refuseOthers(from);
    refuseOthers(to);
    if (nameOf(from) !== nameOf(to))
      throw new Error(`${to.type} ${to.logicalId}: a change of its name by an update is not implemented`);
    if (!documentsOf(on).delete(nameOf(to)))
      throw new ServiceFault('InvalidDocument', `document ${nameOf(to)} does not exist`);
    const make = ssmResourceTypes['AWS::SSM::Document'];
    if (make === undefined) throw new Error('Systems Manager has no documents');
    return make(to, on);
  },
  remove: (_resource, created, on) => {
    documentsOf(on).delete(created.ref);
    on.world.of(ssmState, on.account, on.region).sessionDocuments.delete(created.ref);
  },
  // A document's content cannot be changed but by a new version, which nothing here makes.
  drift: (_resource, created, on) => (documentsOf(on).has(created.ref) ? 'IN_SYNC' : 'DELETED'),
};

/**
 * What CloudFormation does with documents later.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ssm-document.html
 */
export const ssmResourceHandling: NonNullable<Service['resourceHandling']> = {
  'AWS::SSM::Document': document,
};
