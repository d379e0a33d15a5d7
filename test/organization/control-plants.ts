import { attachControlPolicy, organizationState, type Organization } from '@cordon/local-aws';

/** What is planted; gives what takes it away again. */
export type Plant = (
  organization: Organization,
  member: string,
) => (() => void | Promise<void>) | Promise<() => void | Promise<void>>;

/** Takes a guardrail off one place, and attaches it there again. */
export const loosened =
  (named: string): Plant =>
  ({ world }) => {
    const { attachments } = world.of(organizationState, '', '');
    const at = attachments.findIndex(({ name }) => name === named);
    const [gone] = attachments.splice(at, 1);
    return () => void attachments.splice(at, 0, ...(gone === undefined ? [] : [gone]));
  };

/** Attaches a policy of somebody else. */
export const control =
  (kind: 'SCP' | 'RCP', document: object, target: 'root' | 'account'): Plant =>
  ({ world }, member) => {
    attachControlPolicy(world, {
      kind,
      name: 'theirs',
      document,
      target: target === 'root' ? { kind: 'root' } : { kind: 'account', id: member },
    });
    const { attachments } = world.of(organizationState, '', '');
    return () =>
      void attachments.splice(
        attachments.findIndex(({ name }) => name === 'theirs'),
        1,
      );
  };
