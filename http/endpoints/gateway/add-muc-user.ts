import { throughGateway } from "../../gateway.js";
import addMucUser from "../add-muc-user.js";

export default throughGateway(addMucUser);
