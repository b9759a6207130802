import { directClients, wireClients } from '../../simulator/wire/clients.ts';
import { clientsContract } from './clients.contract.ts';

const CALLER = 'arn:aws:iam::123456789012:role/spotkeep';

clientsContract('by the wire', (handle) => wireClients(handle, 'eu-west-1', CALLER));
clientsContract('directly', (handle) => directClients(handle, CALLER));
