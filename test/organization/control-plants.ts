import { attachControlPolicy, organizationState } from '@cordon/local-aws';
import type { Plant } from './plant.ts';

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
