// Time zones that were probably meant: for abbreviations, which name no zone of the IANA database and are often those of
// several places, for a city alone, and for a slip of the pen.

import { nearest } from '../../base/nearest.ts';

/** Abbreviations in use and the places that use them; ICU's own three-letter ids are all here. */
const PLACES: Readonly<Record<string, string>> = {
  ACT: 'Australia/Darwin America/Rio_Branco',
  AEDT: 'Australia/Sydney',
  AEST: 'Australia/Sydney Australia/Brisbane',
  AET: 'Australia/Sydney',
  AGT: 'America/Argentina/Buenos_Aires',
  AKST: 'America/Anchorage',
  ART: 'America/Argentina/Buenos_Aires Africa/Cairo',
  AST: 'America/Halifax Asia/Riyadh',
  BET: 'America/Sao_Paulo',
  BRT: 'America/Sao_Paulo',
  BST: 'Europe/London Asia/Dhaka',
  CAT: 'Africa/Maputo',
  CDT: 'America/Chicago',
  CEST: 'Europe/Berlin',
  CNT: 'America/St_Johns',
  CST: 'America/Chicago Asia/Shanghai',
  CT: 'America/Chicago',
  CTT: 'Asia/Shanghai',
  EAT: 'Africa/Nairobi',
  ECT: 'America/Guayaquil Europe/Paris',
  EDT: 'America/New_York',
  EEST: 'Europe/Riga Europe/Athens',
  ET: 'America/New_York',
  HKT: 'Asia/Hong_Kong',
  IET: 'America/Indiana/Indianapolis',
  IST: 'Asia/Kolkata Europe/Dublin Asia/Jerusalem',
  JST: 'Asia/Tokyo',
  KST: 'Asia/Seoul',
  MDT: 'America/Denver',
  MESZ: 'Europe/Berlin',
  MEZ: 'Europe/Berlin',
  MIT: 'Pacific/Apia',
  MSK: 'Europe/Moscow',
  MT: 'America/Denver',
  NET: 'Asia/Yerevan',
  NST: 'America/St_Johns Pacific/Auckland',
  NZDT: 'Pacific/Auckland',
  NZST: 'Pacific/Auckland',
  PDT: 'America/Los_Angeles',
  PLT: 'Asia/Karachi',
  PNT: 'America/Phoenix',
  PRT: 'America/Puerto_Rico',
  PST: 'America/Los_Angeles',
  PT: 'America/Los_Angeles',
  SAST: 'Africa/Johannesburg',
  SGT: 'Asia/Singapore',
  SST: 'Pacific/Pago_Pago Pacific/Guadalcanal',
  VST: 'Asia/Ho_Chi_Minh',
  WEST: 'Europe/Lisbon',
  Z: 'UTC',
};

/** Present names that the engine lists under former ones only. */
const RENAMED = ['Asia/Kolkata', 'Europe/Kyiv', 'Asia/Ho_Chi_Minh', 'America/Argentina/Buenos_Aires'];

/** At most three, the likeliest first; none where nothing is near. */
export function nearZones(typed: string): string[] {
  const places = Object.hasOwn(PLACES, typed.toUpperCase()) ? PLACES[typed.toUpperCase()] : undefined;
  if (places !== undefined) return places.split(' ');
  // An offset (UTC+2) is near to nothing: only the place tells when its clocks change.
  if (!/^[a-z][a-z /\\_-]{2,40}$/i.test(typed)) return [];
  const known = [...new Set([...Intl.supportedValuesOf('timeZone'), ...RENAMED, 'UTC'])];
  const wanted = typed.trim().replaceAll(' ', '_').replaceAll('\\', '/').toLowerCase();
  const named = known.filter((zone) => {
    const lower = zone.toLowerCase();
    return lower === wanted || lower.endsWith(`/${wanted}`);
  });
  if (named.length > 0) return named.slice(0, 3);
  const near = nearest(wanted, known);
  return near === undefined ? [] : [near];
}
