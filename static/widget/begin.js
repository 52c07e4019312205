import { Opening } from "./opening.js";
import { ParentChannel } from "./parent-channel.js";
import { ShellConfig } from "./shell-config.js";

// The page carries this in its head: what it begins is under way while the rest of the code is still on the line.
const config = ShellConfig.read(document);
const opening = new Opening(config, new ParentChannel(config));
Object.defineProperty(window, "kycOpening", { value: opening });
opening.begin();
