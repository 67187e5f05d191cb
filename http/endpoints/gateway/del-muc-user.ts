import { throughGateway } from "../../gateway.js";
import delMucUser from "../del-muc-user.js";

export default throughGateway(delMucUser);
