import { describe, expect, it } from 'vitest';
import { costlyGate, credentialGate, cuttingGate } from './gate.ts';
import { CONTAIN_ONLY, type Posture } from './posture.ts';

const posture = (containment: Posture['containment']): Posture => ({ ...CONTAIN_ONLY, containment });

describe('gates', () => {
  it.each([
    ['contain', 'automatic', 'automatic'],
    ['ask', 'ask', 'ask'],
    ['tripped', 'ask', 'automatic'],
  ] as const)('under %s the cut is %s and credentials are %s', (containment, cut, credentials) => {
    expect(cuttingGate(posture(containment))).toBe(cut);
    expect(credentialGate(posture(containment))).toBe(credentials);
  });

  it.each([
    ['never', 'contain', undefined],
    ['ask', 'contain', 'approve'],
    ['automatic', 'contain', 'automatic'],
    ['if-open', 'contain', 'climb'],
    ['if-open', 'ask', 'approve'],
    ['if-open', 'tripped', 'approve'],
    ['automatic', 'ask', 'approve'],
    ['automatic', 'tripped', 'approve'],
    ['never', 'tripped', undefined],
  ] as const)('a costly step that is allowed %s under %s is %s', (leave, containment, expected) => {
    expect(costlyGate(leave, posture(containment))).toBe(expected);
  });
});
