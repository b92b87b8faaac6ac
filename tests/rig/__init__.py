"""The project's rig: a home with a hub, a lock behind it, a Matter server and Home Assistant.

Everything is real but the lock's mechanics and the radio; `rig.py` is the front door.
"""
