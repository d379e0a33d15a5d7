import type { Created } from './stack-environment.ts';

/** Stands for a resource that was not made: whatever attribute is asked for is there, and none is like that of one that was. */
export const notYetMade = (logicalId: string): Created => {
  const valueOf = (name: string | symbol): string => `${logicalId}.${String(name)}`;
  const attributes: Record<string, string> = {};
  return {
    ref: logicalId,
    attributes: new Proxy(attributes, {
      get: (_target, name) => valueOf(name),
      getOwnPropertyDescriptor: (_target, name) => ({
        configurable: true,
        enumerable: true,
        value: valueOf(name),
      }),
    }),
  };
};
