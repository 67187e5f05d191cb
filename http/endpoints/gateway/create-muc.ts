import { throughGateway } from "../../gateway.js";
import createMuc from "../create-muc.js";

export default throughGateway(createMuc);
