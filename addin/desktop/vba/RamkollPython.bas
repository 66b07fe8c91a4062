Attribute VB_Name = "RamkollPython"
Option Explicit
Option Private Module

' The other way to the engine: start Python for this call, hidden, as xlwings' RunPython does it,
' and leave at once, since Python cannot drive Excel while a macro runs. Needs no desk that runs.

Private Const HIDDEN As Long = 0
Private Const VARIABLE As String = "RAMKOLL_BOK"

' Which way the setting says: HKCU\Software\VB and VBA Program Settings\Ramkoll\Excel, vag.
Public Function UsesPython() As Boolean
    UsesPython = LCase$(Setting("vag", "process")) = "runpython"
End Function

' Start Python for a command. Gives "" when it has started, else what to tell the user.
Public Function StartPython(ByVal command As String, ByVal book As Object) As String
    Dim python As String
    Dim bookName As String
    Dim starter As Object
    python = Setting("python", "")
    If Len(python) = 0 Then
        StartPython = "Excel vet inte var Ramkolls Python ligger." & vbLf & _
            "Be IT köra ramkoll desktop --install på den här datorn."
        Exit Function
    End If
    If Not book Is Nothing Then bookName = book.Name
    On Error GoTo Failed
    Set starter = CreateObject("WScript.Shell")
    If InStr(bookName, "%") > 0 Then
        ' Run replaces what stands between percent signs, but not in what it has put there itself.
        starter.Environment("Process").Item(VARIABLE) = bookName
        bookName = "%" & VARIABLE & "%"
    End If
    starter.Run PythonLine(python, command, bookName, ExcelPath()), HIDDEN, False
    Exit Function
Failed:
    StartPython = "Ramkolls Python gick inte att starta (fel " & CStr(Err.Number) & "): " & _
        python & vbLf & "Be IT kontrollera att filen finns, och att Windows låter Excel starta " & _
        "program. Annars kan Ramkoll köras med ramkoll desktop."
End Function

' The line that starts Python: xlwings' arguments, which the desk reads.
Public Function PythonLine(ByVal python As String, ByVal command As String, _
        ByVal bookName As String, ByVal program As String) As String
    Dim code As String
    code = "import ramkoll.desktop.caller as c; c.run('" & command & "')"
    PythonLine = Quoted(python) & " -B -c " & Quoted(code) & " " & Quoted("--wb=" & bookName) & _
        " --from_xl=1 " & Quoted("--app=" & program) & " --hwnd=" & WindowNumber()
End Function

' An argument that a program of Windows reads back as it was: see CommandLineToArgvW.
Public Function Quoted(ByVal words As String) As String
    Dim made As String
    Dim position As Long
    Dim slashes As Long
    Dim character As String
    For position = 1 To Len(words)
        character = Mid$(words, position, 1)
        If character = "\" Then
            slashes = slashes + 1
        Else
            If character = """" Then made = made & String$(slashes + 1, "\")
            slashes = 0
        End If
        made = made & character
    Next position
    Quoted = """" & made & String$(slashes, "\") & """"
End Function

Private Function ExcelPath() As String
    ExcelPath = Application.Path & Application.PathSeparator & Application.Name
End Function

Private Function Setting(ByVal key As String, ByVal otherwise As String) As String
    Setting = otherwise
    On Error Resume Next
    Setting = GetSetting("Ramkoll", "Excel", key, otherwise)
    On Error GoTo 0
End Function
