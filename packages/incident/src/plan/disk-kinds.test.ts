import { describe, expect, it } from 'vitest';
import { diskReasons, diskWishes, isShared, withUnusableKey } from './disk-kinds.ts';
import { instance } from './plan.fixture.ts';

const volume = (more: object = {}) => ({
  volumeId: 'vol-1',
  deviceName: '/dev/sdf',
  sizeGiB: 100,
  encrypted: true,
  kmsKeyArn: 'arn:aws:kms:eu-central-1:602011160021:key/k',
  isRoot: false,
  ...more,
});
const OTHER = 'i-0123456789abcdef1';
const type = (instanceStorage: boolean) => ({ nitro: true, x86: true, instanceStorage });
const machine = (more: object = {}) => ({ rootDevice: 'ebs', hibernation: false, ...more });
const reasons = (more: object, wishes = {}): string => diskReasons(instance(more), wishes).join('\n');

describe('what a plan says of disks', () => {
  it('is nothing of disks that are like any', () => {
    expect(
      reasons({ volumes: [volume({ keyState: 'Enabled' })], machine: machine({ type: type(false) }) }),
    ).toBe('');
  });

  it.each(['Disabled', 'PendingDeletion', 'PendingImport', 'Unavailable', 'NotFound'])(
    'is what to do, and what can still read the disk, of a key that is %s',
    (keyState) => {
      const facts = instance({ volumes: [volume({ keyState }), volume({ volumeId: 'vol-2' })] });
      expect(withUnusableKey(facts).map(({ volumeId }) => volumeId)).toEqual(['vol-1']);
      expect(reasons(facts)).toContain(`key/k: ${keyState}): enable it or cancel its deletion`);
    },
  );

  it('is that instance-store volumes cannot be had, of a type that has some and of a root on one', () => {
    expect(reasons({ machine: machine({ type: type(true) }) })).toMatch(
      /cannot be had: no snapshot holds them/,
    );
    expect(reasons({ machine: machine({ rootDevice: 'instance-store' }) })).toMatch(
      /its root is an instance store/,
    );
  });

  it('is who else writes to a volume', () => {
    const facts = instance({ volumes: [volume({ alsoAttachedTo: [OTHER] }), volume({ volumeId: 'vol-2' })] });
    expect(facts.volumes.map(isShared)).toEqual([true, false]);
    expect(reasons(facts)).toMatch(
      new RegExp(`vol-1 is attached to ${OTHER} as well .* crash-consistent at best`),
    );
  });

  it('is what product codes of the Marketplace stand in the way of', () => {
    expect(reasons({ productCodes: ['prod1'] })).toMatch(/product code\(s\) prod1: they are copied as any/);
  });

  it('is the price of a deadline', () => {
    expect(reasons({ volumes: [volume()] }, { copyWithinMinutes: 60 })).toMatch(
      /within 60 minutes.*100 GiB EBS charges about \$0\.50 to \$2\.00/,
    );
  });
});

describe('what is wanted of disks', () => {
  it('is an image where the policy wants it and the deployment may make one, else the reason', () => {
    const right = { image: true };
    expect(diskWishes({ image: 'never' }, right)).toEqual({});
    // Nobody is asked for it: readings of the policy that differ give `ask`.
    expect(diskWishes({ image: 'ask' }, right)).toEqual({});
    expect(diskWishes({ image: 'automatic' }, right)).toEqual({ image: 'wanted' });
    for (const none of [undefined, { image: false }])
      expect(reasons({}, diskWishes({ image: 'automatic' }, none))).toMatch(
        /no image of the instance is made: .*evidence\.image/,
      );
  });

  it('is the deadline that the policy says', () => {
    expect(diskWishes({ image: 'never', copyWithinMinutes: 60 }, undefined)).toEqual({
      copyWithinMinutes: 60,
    });
  });
});
