Attribute VB_Name = "RamkollRibbon"
Option Explicit

' What Excel itself calls: the tab has been loaded, Excel asks whether a button is to be greyed, a
' button is clicked, Esc is pressed while a command runs, Undo is chosen after one that wrote.
' No error leaves these procedures: Excel would stop the project, and the tab would be forgotten.

Private mRibbon As IRibbonUI
Private mEvents As RamkollEvents

Public Sub Ramkoll_OnLoad(ribbon As IRibbonUI)
    On Error GoTo Failed
    Set mRibbon = ribbon
    Set mEvents = New RamkollEvents
    mEvents.Listen Application
    Exit Sub
Failed:
    ShowProblem FailureWords(Err.Number)
End Sub

Public Sub Ramkoll_GetEnabled(control As IRibbonControl, ByRef returnedVal)
    On Error GoTo Failed
    returnedVal = IsEnabled(control.Tag, ActiveBook())
    Exit Sub
Failed:
    ' A click on a button too many tells what is wrong; a greyed button tells nothing.
    returnedVal = True
End Sub

Public Sub Ramkoll_OnAction(control As IRibbonControl)
    On Error GoTo Failed
    ShowProblem StartCommand(control.Tag)
    Exit Sub
Failed:
    ShowProblem FailureWords(Err.Number)
End Sub

' Esc, while a command runs: the desk has set it so with Application.OnKey.
Public Sub Ramkoll_Avbryt()
    Dim problem As String
    On Error GoTo Failed
    problem = AskDesk("DELETE", DESK_CALLS, "")
    If Len(problem) > 0 Then
        ' Nobody is there to give these back.
        Application.OnKey "{ESC}"
        Application.StatusBar = False
        ShowProblem problem
    End If
    Exit Sub
Failed:
    ShowProblem FailureWords(Err.Number)
End Sub

' Undo, after a command that wrote: the desk has set it so with Application.OnUndo.
Public Sub Ramkoll_Angra()
    On Error GoTo Failed
    ShowProblem AskDesk("POST", DESK_UNDO, PlaceJson(ActiveBook()))
    Exit Sub
Failed:
    ShowProblem FailureWords(Err.Number)
End Sub

' Excel asks again which buttons are to be greyed.
Public Sub AskAgain()
    On Error GoTo Failed
    If Not mRibbon Is Nothing Then mRibbon.Invalidate
    Exit Sub
Failed:
    ' The buttons stay as they were, and a click says what is wrong.
End Sub

Private Sub ShowProblem(ByVal words As String)
    If Len(words) > 0 Then MsgBox words, vbExclamation, "Ramkoll"
End Sub
