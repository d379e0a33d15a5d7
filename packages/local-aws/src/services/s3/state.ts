import type { CompiledPolicy } from '@cordon/iam';
import { defineState } from '../../core/world.ts';

/** How long a version is held. */
export interface Retention {
  readonly mode: 'GOVERNANCE' | 'COMPLIANCE';
  /** Virtual epoch ms. */
  readonly until: number;
}

/** What encrypts an object. */
export type Encryption =
  | { readonly kind: 'AES256' }
  | { readonly kind: 'aws:kms'; readonly keyArn: string; readonly bucketKey: boolean };

/** Checksums that a version carries, base64. */
export interface Checksums {
  readonly CRC32?: string;
  readonly SHA1?: string;
  readonly SHA256?: string;
  readonly CRC64NVME?: string;
}

interface Version {
  readonly key: string;
  /** `null` in a bucket without versioning. */
  readonly versionId: string;
  /** Virtual epoch ms. */
  readonly lastModified: number;
}

/** A stored object version. */
export interface ObjectVersion extends Version {
  readonly kind: 'object';
  readonly body: Buffer;
  /** With its quotes. */
  readonly etag: string;
  readonly checksums: Checksums;
  readonly headers: {
    readonly ContentType: string;
    readonly ContentEncoding?: string;
    readonly ContentDisposition?: string;
    readonly CacheControl?: string;
  };
  readonly metadata: Readonly<Record<string, string>>;
  readonly encryption: Encryption;
  readonly tags: ReadonlyMap<string, string>;
  retention?: Retention;
  legalHold: boolean;
}

/** What a delete without a version leaves. */
export interface DeleteMarker extends Version {
  readonly kind: 'delete-marker';
}

/** Either of what a key can hold. */
export type AnyVersion = ObjectVersion | DeleteMarker;

/** How long new versions are held when their request says nothing. */
export interface DefaultRetention {
  readonly mode: Retention['mode'];
  readonly days: number;
  /** As configured: in days or in years. */
  readonly rule: { readonly Days: number } | { readonly Years: number };
}

/** The four settings of Block Public Access. */
export interface PublicAccessBlock {
  readonly blockPublicAcls: boolean;
  readonly ignorePublicAcls: boolean;
  readonly blockPublicPolicy: boolean;
  readonly restrictPublicBuckets: boolean;
}

/** One transition of a lifecycle that is enabled. */
export interface Transition {
  readonly prefix: string;
  readonly storageClass: 'STANDARD_IA' | 'GLACIER_IR' | 'GLACIER' | 'DEEP_ARCHIVE';
  /** Counted from the moment a version is made. */
  readonly afterDays: number;
  /** Bytes; absent where the rule says nothing of sizes. */
  readonly largerThan?: number;
}

/** A bucket with its versions. */
export interface Bucket {
  readonly name: string;
  readonly arn: string;
  readonly account: string;
  readonly region: string;
  readonly createdAt: number;
  readonly versioning?: 'Enabled' | 'Suspended';
  readonly objectLock?: { readonly defaultRetention?: DefaultRetention };
  /** Encryption of objects whose request names none; a key as configured (id, ARN or alias), absent for `alias/aws/s3`. */
  readonly defaultEncryption:
    | { readonly kind: 'AES256' }
    | { readonly kind: 'aws:kms'; readonly keyReference?: string; readonly bucketKey: boolean };
  readonly publicAccessBlock: PublicAccessBlock;
  readonly tags: ReadonlyMap<string, string>;
  /** Where its lifecycle moves objects; nothing expires here. */
  readonly transitions: readonly Transition[];
  readonly ownership: string;
  policy?: { readonly compiled: CompiledPolicy; readonly text: string };
  /** Versions by key, newest first. */
  readonly versions: Map<string, AnyVersion[]>;
}

/** All buckets of all accounts: their names are global. */
export interface S3State {
  readonly buckets: Map<string, Bucket>;
}

/** Buckets by name. */
export const s3State = defineState<S3State>('s3', 'organization', () => ({ buckets: new Map() }));
