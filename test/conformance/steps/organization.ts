import {
  DescribeAccountCommand,
  DescribeOrganizationalUnitCommand,
  DescribeOrganizationCommand,
  ListAccountsCommand,
  ListAccountsForParentCommand,
  ListOrganizationalUnitsForParentCommand,
  ListParentsCommand,
  ListRootsCommand,
  ListTagsForResourceCommand,
} from '@aws-sdk/client-organizations';
import { DescribeDocumentCommand, GetDocumentCommand } from '@aws-sdk/client-ssm';
import { FURNITURE } from '../furniture.ts';
import { step, type Step } from '../step.ts';

const tree: readonly Step[] = [
  step('organizations: describes the organization', (at) =>
    at.management.organizations.send(new DescribeOrganizationCommand()),
  ),
  step('organizations: lists the root', (at) => at.management.organizations.send(new ListRootsCommand())),
  step('organizations: lists the units of the root', (at) =>
    at.management.organizations.send(
      new ListOrganizationalUnitsForParentCommand({ ParentId: at.known.of('root') }),
    ),
  ),
  step('organizations: describes a unit', (at) =>
    at.management.organizations.send(
      new DescribeOrganizationalUnitCommand({ OrganizationalUnitId: at.known.of('unit') }),
    ),
  ),
  step('organizations: refuses to describe a unit that is not there', (at) =>
    at.management.organizations.send(
      new DescribeOrganizationalUnitCommand({ OrganizationalUnitId: 'ou-abcd-00000000' }),
    ),
  ),
  step('organizations: lists the accounts of a unit', (at) =>
    at.management.organizations.send(new ListAccountsForParentCommand({ ParentId: at.known.of('unit') })),
  ),
  step('organizations: lists all accounts', (at) =>
    at.management.organizations.send(new ListAccountsCommand()),
  ),
  step('organizations: describes an account', (at) =>
    at.management.organizations.send(new DescribeAccountCommand({ AccountId: at.known.of('member') })),
  ),
  step('organizations: refuses to describe an account that is not there', (at) =>
    at.management.organizations.send(new DescribeAccountCommand({ AccountId: '000000000001' })),
  ),
  step('organizations: lists the parents of an account', (at) =>
    at.management.organizations.send(new ListParentsCommand({ ChildId: at.known.of('member') })),
  ),
  step('organizations: lists the tags of an account', (at) =>
    at.management.organizations.send(new ListTagsForResourceCommand({ ResourceId: at.known.of('member') })),
  ),
];

const documents: readonly Step[] = [
  step('ssm: reads a document', (at) =>
    at.member.ssm.send(new GetDocumentCommand({ Name: FURNITURE.document, DocumentVersion: '1' })),
  ),
  step('ssm: describes a document', (at) =>
    at.member.ssm.send(new DescribeDocumentCommand({ Name: FURNITURE.document })),
  ),
  step('ssm: refuses a document that is not there', (at) =>
    at.member.ssm.send(new GetDocumentCommand({ Name: 'absent-document' })),
  ),
  step('ssm: refuses a version that is not there', (at) =>
    at.member.ssm.send(new GetDocumentCommand({ Name: FURNITURE.document, DocumentVersion: '9' })),
  ),
];

/** The tree of the organization, and documents of Systems Manager. */
export const organizationSteps: readonly Step[] = [...tree, ...documents];
