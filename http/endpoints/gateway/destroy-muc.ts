import { throughGateway } from "../../gateway.js";
import destroyMuc from "../destroy-muc.js";

export default throughGateway(destroyMuc);
