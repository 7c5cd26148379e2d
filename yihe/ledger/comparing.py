"""Is the database where the file outside it says it has been?"""

from yihe.ledger import files
from yihe.ledger.models import Ledger
from yihe.ledger.nodes import Missing, StoredNodes
from yihe.proof.canonical import Malformed
from yihe.proof.notes import Checkpoint as Tip
from yihe.proof.tree import places, range_hash
from yihe.trail.queries import last_in

SHORTER = "检查点文件记到第 {file} 条，数据库里只有 {database} 条，像是退回到了以前"
OTHER_CONTENT = "数据库里前 {file} 条和检查点文件记的不一样"
GONE = "检查点做到第 {signed} 条，留痕只剩 {database} 条"


def shorter(ledger: Ledger, told: Tip | None) -> str:
    """What is wrong when the trail is shorter than the file says, or than what was taken in."""
    there = last_in(ledger.log)
    if told is not None and told.size > there:
        return SHORTER.format(file=told.size, database=there)
    return GONE.format(signed=ledger.size, database=there) if ledger.size > there else ""


def other_content(ledger: Ledger, told: Tip | None, nodes: StoredNodes) -> str:
    """What is wrong when the tree has another root than the file. Nothing before it is as large."""
    if told is None or told.size > ledger.size:
        return ""
    nodes.load(places(0, told.size))
    same = range_hash(nodes, 0, told.size) == told.root
    return "" if same else OTHER_CONTENT.format(file=told.size)


def set_back(ledger: Ledger) -> str:
    """Both, for a log that lies still. In words; "" when all is well."""
    try:
        told = files.last(files.path_of(ledger.origin))
        return shorter(ledger, told) or other_content(ledger, told, StoredNodes(ledger))
    except (Missing, Malformed) as error:
        return str(error)
    except KeyError:
        return "树的结点不全"
