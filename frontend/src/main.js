import "./main.scss";
import "htmx.org";
