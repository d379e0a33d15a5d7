import { mayBound, type Containment } from '@cordon/incident';

/** How a deployment has sessions denied, as far as it gives the duties other rights. */
export type DenyChoice = 'attach' | 'attach-and-bound' | 'write';

/** The choice that a configuration makes. */
export const denyChoice = (containment: Pick<Containment, 'sessionDeny' | 'boundAtRelease'>): DenyChoice => {
  if (containment.sessionDeny === 'put-role-policy') return 'write';
  return mayBound(containment) ? 'attach-and-bound' : 'attach';
};
