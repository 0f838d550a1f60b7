import type { StateFolder } from '../../io/state/state-folder.js';
import { DEFAULT_VAULT_SETTINGS } from '../../policy/watch-settings.js';
import { hasKey } from '../../service/vault/keys.js';
import { Vault } from '../../service/vault/vault.js';

/** The vault, for a command: what it puts there is encrypted if anything is. */
export function openVault(state: StateFolder): Vault {
  const folder = state.room('vault');
  return new Vault(folder, { ...DEFAULT_VAULT_SETTINGS, encrypt: hasKey(folder) });
}
