#pragma once

#import <UIKit/UIApplication.h>
#import <UIKit/UIBars.h>
#import <UIKit/UIControls.h>
#import <UIKit/UIPresentation.h>
#import <UIKit/UITableView.h>
#import <UIKit/UITextAndImages.h>
#import <UIKit/UIView.h>
#import <UIKit/UIViewController.h>
