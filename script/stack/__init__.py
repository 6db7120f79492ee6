"""What stands behind the commands: the environment, the embedded services, the supervisor.

`bootstrap` makes the virtual environment and is the only module that runs outside it. `services`
describes a server that can be embedded (`postgres`, `valkey`), `keeper` is the process that holds
one up, `supervisor` runs the portal's own processes, and `server`, `manage`, `checks`, `locks`
and `messages` are the commands.
"""
