/** A service key as it is kept: its secret is known by its SHA-256 only. */
export interface ApiKey {
  id: number;
  hash: string;
  owner: string;
  name: string;
  isActive: boolean;
  createdAt: Date;
  expiresAt: Date | null;
  /** Calls a UTC month, null for no limit. */
  monthlyQuota: number | null;
}

const FORM = /^atk_[A-Za-z0-9_-]{43}$/;

/** Whether a text has the form of a service key: `atk_` and 43 URL-safe characters (32 random bytes). */
export function hasKeyForm(text: string): boolean {
  return FORM.test(text);
}

/** Makes the text of a new key from 32 random bytes in URL-safe base64. */
export function keyText(secret: string): string {
  return `atk_${secret}`;
}
