import { describe, expect, it } from 'vitest';
import { modelledIsolation } from './isolation-model.ts';
import { wayTo, type Machine } from './isolation-path.ts';

const machine: Machine = {
  StartAt: 'Inspect',
  States: {
    Inspect: { Type: 'Task', Next: 'Gate' },
    Gate: { Type: 'Choice', Choices: [{ Next: 'Respond' }], Default: 'Seal' },
    Respond: {
      Type: 'Parallel',
      Next: 'Seal',
      Branches: [
        { StartAt: 'Protect', States: { Protect: { Type: 'Task' } } },
        {
          StartAt: 'Contain',
          States: {
            Contain: {
              Type: 'Parallel',
              Branches: [{ StartAt: 'IsolateNetwork', States: { IsolateNetwork: { Type: 'Task' } } }],
            },
          },
        },
      ],
    },
    Seal: { Type: 'Task' },
  },
};

const way = wayTo(machine, 'IsolateNetwork') ?? [];

describe('wayTo', () => {
  it('goes into the branch that holds the state, and counts no state beside it', () => {
    expect(way.map(({ name }) => name)).toEqual(['Inspect', 'Gate', 'Respond', 'Contain', 'IsolateNetwork']);
  });

  it('finds nothing where there is nothing', () => {
    expect(wayTo(machine, 'Release')).toBeUndefined();
  });

  it('ends where states lead back to each other', () => {
    expect(
      wayTo(
        {
          StartAt: 'A',
          States: { A: { Type: 'Choice', Choices: [{ Next: 'B' }] }, B: { Type: 'Wait', Next: 'A' } },
        },
        'C',
      ),
    ).toBeUndefined();
  });
});

describe('modelledIsolation', () => {
  it('counts 0.1 s a call, 0.05 s a state, 0.15 s a warm and 0.6 s a cold function', () => {
    const model = modelledIsolation(11, way);
    expect(model).toMatchObject({ states: 5, functions: 3 });
    expect(model.warmSeconds).toBeCloseTo(1.1 + 0.25 + 0.45);
    expect(model.coldSeconds).toBeCloseTo(1.1 + 0.25 + 1.8);
  });

  it('refuses a way that waits: its seconds would be left out', () => {
    expect(() => modelledIsolation(1, [...way, { name: 'Pause', type: 'Wait' }])).toThrow('waits in Pause');
  });
});
